import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test.each([
  ["an ES module", "await import('@go-plugin/grpc/status')"],
  ["CommonJS", "require('@go-plugin/grpc/status')"],
])("loads no HTTP/2: %s", (how, load) => {
  const script = `${load}; console.log(process.moduleLoadList.filter((name) => /http2/.test(name)).length)`;
  const type = how === "CommonJS" ? "commonjs" : "module";
  const cwd = fileURLToPath(new URL(".", import.meta.url));
  const output = execFileSync(process.execPath, [`--input-type=${type}`, "-e", script], { cwd, encoding: "utf8" });
  expect(output).toBe("0\n");
});
