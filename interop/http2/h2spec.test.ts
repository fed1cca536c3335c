import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { goProgram } from "../src/build-go.js";
import { answersLate } from "./answers-late.js";

let server: Awaited<ReturnType<typeof answersLate>>;
beforeAll(async () => {
  server = await answersLate();
});
afterAll(() => server.close());

// Every rule of RFC 7540 and RFC 7541 that h2spec knows, broken once. It tests servers only; there is no such program
// for clients.
test("h2spec finds no rule that our server breaks", { timeout: 120_000 }, async () => {
  const args = ["--strict", "--host", "127.0.0.1", "--port", `${server.port}`];
  const { stdout }: { stdout: string } = await promisify(execFile)(goProgram("h2spec"), args, {
    maxBuffer: 1 << 26,
  }).catch((failed) => failed);
  const [, failures = ""] = stdout.split("Failures:");
  expect(failures).toBe("");
  expect(stdout).toMatch(/(\d+) tests, \1 passed, 0 skipped, 0 failed/);
});
