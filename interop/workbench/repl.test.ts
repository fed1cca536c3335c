import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "@go-plugin/test/sandbox";
import { afterEach, beforeEach, expect } from "vitest";
import { goProgram } from "../src/build-go.js";
import { examples, runCli } from "./run-cli.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "repl-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("the plugin stays open: what one call leaves, the next one finds", async ({ sandbox }) => {
  const file = join(folder, "streamed");
  const lines = [
    `proto.StreamerService/Configure ${JSON.stringify({ path: file, chunk_size: 3 })}`,
    'proto.StreamerService/Nope {"x":1}',
    `proto.StreamerService/Write ${JSON.stringify({ bytes_to_write: Buffer.from("hello").toString("base64") })}`,
    "proto.StreamerService/Read",
    ".methods Read",
    ".type proto.StreamerService/Configure",
    ".exit",
  ];
  const ran = await runCli(["repl", goProgram("streaming-plugin"), ...examples], {
    env: sandbox.env,
    cwd: folder,
    input: `${lines.join("\n")}\n`,
  });
  expect(ran.code).toBe(0);
  expect(readFileSync(file, "utf8")).toBe("hello");
  const chunks = ran.stdout.split("\n").filter((line) => line.includes("readBytes"));
  expect(chunks.map((line) => Buffer.from(JSON.parse(line).readBytes, "base64").toString()).join("")).toBe("hello");
  expect(ran.stderr).toContain("no method proto.StreamerService/Nope");
  expect(ran.stdout).toContain("proto.StreamerService/Read\n");
  expect(ran.stdout).toContain("2 chunk_size int64");
});

test("net/rpc", async ({ sandbox }) => {
  const ran = await runCli(["repl", goProgram("basic-plugin"), ...examples], {
    env: sandbox.env,
    input: "greeter/Greet\ngreeter/Greet\n",
  });
  expect(ran).toMatchObject({ code: 0, stdout: '"Hello!"\n"Hello!"\n' });
});
