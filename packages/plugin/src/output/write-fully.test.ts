import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeFully, writeIfRead } from "./write-fully.js";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "write-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** A named pipe in non-blocking mode, with `read` of it going to a file. */
async function nonBlockingPipe() {
  const path = join(directory, "pipe");
  execFileSync("mkfifo", [path]);
  const reader = spawn("sh", ["-c", `exec cat ${path} > ${directory}/read`]);
  await once(reader, "spawn");
  const keeper = openSync(path, constants.O_RDWR);
  const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  closeSync(keeper);
  return { fd, reader, read: () => readFileSync(`${directory}/read`) };
}

describe("writeFully", () => {
  it("writes everything to a pipe in non-blocking mode, though it is full most of the time", async () => {
    const { fd, reader, read } = await nonBlockingPipe();
    const data = Buffer.alloc(8 * 1024 * 1024, "0123456789");
    writeFully(fd, data);
    writeFully(fd, "the end\n");
    closeSync(fd);
    await once(reader, "close");
    const expected = Buffer.concat([data, Buffer.from("the end\n")]);
    const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
    expect(digest(read())).toBe(digest(expected));
  });

  it("throws when nobody reads", () => {
    const path = join(directory, "pipe");
    execFileSync("mkfifo", [path]);
    const reader = openSync(path, constants.O_RDWR);
    const fd = openSync(path, constants.O_WRONLY);
    expect(writeIfRead(fd, "x")).toBe(true);
    closeSync(reader);
    expect(() => writeFully(fd, "x")).toThrow(expect.objectContaining({ code: "EPIPE" }));
    expect(writeIfRead(fd, "x")).toBe(false);
    closeSync(fd);
    expect(writeIfRead(fd, "x")).toBe(false);
  });
});
