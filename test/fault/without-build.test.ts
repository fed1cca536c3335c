import { fileURLToPath } from "node:url";
import { describe, expect } from "vitest";
import { run } from "../../examples/run.js";
import { test } from "../src/sandbox.js";

const program = (name: string) => fileURLToPath(new URL(`../without-build/${name}.ts`, import.meta.url));

/** From 22.18 on without a flag. */
const stripsTypes = "typescript" in process.features && process.features.typescript !== false;

describe.skipIf(!stripsTypes)("a host and a plugin in TypeScript, on a Node.js that strips types", () => {
  test("run without a build", async ({ sandbox }) => {
    const node = process.execPath;
    const outcome = await run([node, program("host"), node, program("plugin")], { env: sandbox.env });
    expect(outcome).toMatchObject({ code: 0, stdout: "Hello, you!\n" });
  });

  // Node.js 22 has it as --experimental-permission on early versions alone.
  test.skipIf(!process.allowedNodeEnvironmentFlags.has("--permission"))(
    "run with --permission",
    async ({ sandbox }) => {
      const net = process.allowedNodeEnvironmentFlags.has("--allow-net") ? ["--allow-net"] : [];
      const write = `--allow-fs-write=${sandbox.env.TMPDIR}`;
      const node = [process.execPath, "--permission", "--allow-fs-read=*", write, ...net] as const;
      const host = [...node, "--allow-child-process", program("host")] as const;
      const outcome = await run([...host, ...node, program("plugin")], { env: sandbox.env });
      expect(outcome).toMatchObject({ code: 0, stdout: "Hello, you!\n" });
    },
  );
});
