import { build } from "esbuild";
import { expect, test } from "vitest";

test("the names of errors survive a minifier", async () => {
  const contents =
    'import * as gob from "./gob.js"; try { gob.encode(gob.int8, 1000) } catch (error) { globalThis.caught = error }';
  const stdin = { contents, resolveDir: import.meta.dirname, loader: "ts" as const };
  const { outputFiles } = await build({
    stdin,
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    write: false,
  });
  const scope: { caught?: Error } = {};
  new Function("globalThis", "require", outputFiles[0]!.text)(scope, (name: string) => process.getBuiltinModule(name));
  expect(scope.caught).toMatchObject({ name: "GobEncodeError", code: "ERR_GOB_ENCODE" });
});
