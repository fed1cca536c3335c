import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** The packages of ours that a module loads at once, without those that it imports on demand. */
async function loadedBy(file: string): Promise<string[]> {
  const entry = fileURLToPath(new URL(file, import.meta.url));
  const options = { bundle: true, metafile: true, write: false, packages: "external", platform: "node" } as const;
  const { metafile } = await build({ ...options, entryPoints: [entry], outdir: "/", format: "esm" });
  const reached = new Set<string>();
  const names = new Set<string>();
  const visit = (path: string) => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const { path: imported, kind, external } of metafile.inputs[path]?.imports ?? []) {
      if (kind !== "import-statement") continue;
      if (external) names.add(imported);
      else visit(imported);
    }
  };
  for (const { entryPoint } of Object.values(metafile.outputs)) if (entryPoint) visit(entryPoint);
  return [...names].filter((name) => name.startsWith("@go-plugin/")).sort();
}

test("what users import loads the light parts of both protocols alone: status codes and errors", async () => {
  expect(await loadedBy("./index.ts")).toEqual(["@go-plugin/grpc/status", "@go-plugin/netrpc/service"]);
});

test.each([
  ["./grpc/client.ts", /netrpc|gob/],
  ["./grpc/server.ts", /netrpc|gob/],
  ["./netrpc/client.ts", /grpc/],
  ["./netrpc/server.ts", /grpc/],
])("%s loads nothing of another protocol", async (file, another) => {
  const loaded = await loadedBy(file);
  expect(loaded.filter((name) => another.test(name))).toEqual([]);
  expect(loaded).not.toEqual([]);
});
