import net from "node:net";
import { Duplex } from "node:stream";
import { describe, expect, test } from "vitest";
import { connectionWindowBytes, readWhileWriting } from "./read-while-writing.js";
import { duplexPair, until } from "./test-support.js";

describe("readWhileWriting", () => {
  test.each([
    ["linux", true],
    ["darwin", false],
    ["win32", false],
  ])("on %s a socket stays as it is: %s", (platform, same) => {
    const socket = new net.Socket();
    expect(readWhileWriting(socket, platform) === socket).toBe(same);
    // The buffer of a socket on Linux has 208 KiB; what is wrapped has no such limit.
    expect(connectionWindowBytes(socket, platform) < 208 * 1024).toBe(same);
    socket.destroy();
  });

  test("takes what the other end does not read, up to a bound", async () => {
    const [inner] = duplexPair();
    const duplex = readWhileWriting(inner);
    let written = 0;
    const chunk = Buffer.alloc(100_000);
    const write = (): Promise<void> =>
      new Promise((resolve) => {
        duplex.write(chunk, () => {
          written += chunk.length;
          resolve();
        });
      });
    let stuck = false;
    while (!stuck && written < 100_000_000) {
      stuck = await Promise.race([
        write().then(() => false),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 200)),
      ]);
    }
    expect(written).toBeGreaterThan(1_000_000);
    expect(written).toBeLessThan(10_000_000);
    duplex.destroy();
    await until(() => inner.destroyed);
  });

  test("passes data, ends and errors on, both ways", async () => {
    const [inner, other] = duplexPair();
    const duplex = readWhileWriting(inner);
    const got: Buffer[] = [];
    duplex.on("data", (chunk: Buffer) => got.push(chunk));
    other.write("ping");
    await until(() => got.length > 0);
    expect(Buffer.concat(got).toString()).toBe("ping");
    duplex.cork();
    duplex.write("po");
    duplex.write("ng");
    duplex.uncork();
    let answer = "";
    other.on("data", (chunk: Buffer) => {
      answer += chunk;
    });
    await until(() => answer === "pong");
    const failed = new Promise((resolve) => duplex.on("error", resolve));
    inner.destroy(new Error("broken"));
    expect(await failed).toMatchObject({ message: "broken" });
    expect(duplex.destroyed).toBe(true);
  });

  test("is destroyed by the other's end, after all was read", async () => {
    const [inner, other] = duplexPair();
    const duplex = readWhileWriting(inner);
    let ends = 0;
    duplex.on("end", () => ends++);
    duplex.pause();
    other.end(Buffer.alloc(10_000));
    await until(() => inner.readableEnded);
    await new Promise((resolve) => setImmediate(resolve));
    expect(duplex.destroyed).toBe(false);
    let read = 0;
    duplex.on("data", (chunk: Buffer) => {
      read += chunk.length;
    });
    duplex.resume();
    await until(() => duplex.destroyed);
    expect(read).toBe(10_000);
    expect(ends).toBe(0);
    expect(inner.destroyed).toBe(true);
  });

  test("a reader that stops stops the other end", async () => {
    let given = 0;
    const inner = new Duplex({
      read() {
        if (given > 100_000_000) return;
        given += 10_000;
        setImmediate(() => this.push(Buffer.alloc(10_000)));
      },
      write: (_chunk, _encoding, done) => done(),
    });
    const duplex = readWhileWriting(inner);
    duplex.once("readable", () => {});
    await until(() => given > 0);
    for (let i = 0; i < 1000; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(given).toBeLessThan(1_000_000);
    duplex.destroy();
  });
});
