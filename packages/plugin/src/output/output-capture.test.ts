import { Console } from "node:console";
import { once } from "node:events";
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { describe, expect, it } from "vitest";
import { OutputCapture } from "./output-capture.js";

const never = new AbortController().signal;

function setUp() {
  const bypassed: string[] = [];
  const capture = new OutputCapture((stream, data) => bypassed.push(`${stream}: ${Buffer.from(data)}`));
  const write = () => expect.fail("the stream behind the capture was written to");
  // The first leaves text to its _write, as a socket does; the second converts it to bytes, as a file does.
  const stdout = new Writable({ write, writev: write, final: write, decodeStrings: false });
  const stderr = new Writable({ write });
  capture.redirect("stdout", stdout);
  capture.redirect("stderr", stderr);
  return { capture, stdout, stderr, bypassed };
}

async function takeText(capture: OutputCapture, stream?: "stdout" | "stderr"): Promise<string | undefined> {
  const chunk = await capture.take({ signal: never, ...(stream && { stream }) });
  return chunk && `${chunk.stream}: ${Buffer.from(chunk.data)}`;
}

/** Takes until `bytes` bytes have come. */
async function takeBytes(capture: OutputCapture, bytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for (let length = 0; length < bytes; ) {
    const chunk = await capture.take({ signal: never });
    chunks.push(chunk!.data);
    length += chunk!.data.length;
  }
  return Buffer.concat(chunks);
}

describe("OutputCapture", () => {
  it("captures text, bytes and other encodings, with and without callback", async () => {
    const { capture, stdout } = setUp();
    const called: unknown[] = [];
    expect(stdout.write("text ")).toBe(true);
    expect(stdout.write(Buffer.from("bytes "), (error) => called.push(error))).toBe(true);
    expect(stdout.write(new Uint8Array([0x61, 0x20]))).toBe(true);
    expect(stdout.write("616263", "hex", (error) => called.push(error))).toBe(true);
    expect(stdout.write("", (error) => called.push(error))).toBe(true);
    expect(called).toEqual([]);
    await new Promise(setImmediate);
    expect(called).toEqual([null, null, null]);
    expect(await takeText(capture)).toBe("stdout: text bytes a abc");
  });

  it("takes what Writable takes for no encoding and no callback", async () => {
    const { capture, stdout } = setUp();
    const called: unknown[] = [];
    expect(stdout.write("null ", null as never)).toBe(true);
    expect(stdout.write("and callback ", null as never, (error) => called.push(error))).toBe(true);
    expect(stdout.write("and null ", "utf8", null as never)).toBe(true);
    expect(stdout.write("and text", "utf8", "no function" as never)).toBe(true);
    await new Promise(setImmediate);
    expect(called).toEqual([null]);
    expect(await takeText(capture)).toBe("stdout: null and callback and null and text");
  });

  it("captures what is written through the console, a cork and a pipe", async () => {
    const { capture, stdout, stderr } = setUp();
    const console = new Console({ stdout, stderr });
    console.log("one %s", "line");
    console.error("bad");
    stdout.cork();
    stdout.write("corked ");
    stdout.write("twice\n");
    stdout.uncork();
    await pipeline(Readable.from([Buffer.from("pi"), "ped\n"]), stdout, { end: false });
    expect(await takeText(capture)).toBe("stdout: one line\ncorked twice\npiped\n");
    expect(await takeText(capture)).toBe("stderr: bad\n");
  });

  it("reports wrong use as an ordinary stream does", async () => {
    const { stdout } = setUp();
    expect(() => stdout.write(null as never)).toThrow(expect.objectContaining({ code: "ERR_STREAM_NULL_VALUES" }));
    expect(() => stdout.write(1 as never)).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }));
    expect(() => stdout.write("x", "nope" as never)).toThrow(expect.objectContaining({ code: "ERR_UNKNOWN_ENCODING" }));
    stdout.end("last");
    const [error] = await Promise.all([once(stdout, "error"), stdout.write("after the end")]);
    expect(error[0]).toMatchObject({ code: "ERR_STREAM_WRITE_AFTER_END" });
  });

  it("hands out each stream alone, and both in the order of writing", async () => {
    const { capture, stdout, stderr } = setUp();
    stderr.write("1");
    stdout.write("2");
    expect(await takeText(capture)).toBe("stderr: 1");
    expect(await takeText(capture)).toBe("stdout: 2");
    stdout.write("3");
    stderr.write("4");
    expect(await takeText(capture, "stderr")).toBe("stderr: 4");
    expect(await takeText(capture, "stdout")).toBe("stdout: 3");
  });

  it("wakes every reader that waits, and gives each chunk to one of them", async () => {
    const { capture, stdout, stderr } = setUp();
    const readers = [takeText(capture, "stdout"), takeText(capture, "stderr"), takeText(capture)];
    stdout.write("a");
    stderr.write("b");
    await new Promise(setImmediate);
    stdout.write("c");
    expect(await Promise.all(readers)).toEqual(["stdout: a", "stderr: b", "stdout: c"]);
  });

  it("loses nothing when a reader gives up", async () => {
    const { capture, stdout } = setUp();
    const gone = new AbortController();
    const taken = capture.take({ signal: gone.signal });
    gone.abort();
    stdout.write("kept");
    expect(await taken).toBeUndefined();
    expect(await capture.take({ signal: gone.signal })).toBeUndefined();
    expect(await takeText(capture)).toBe("stdout: kept");
  });

  it("lets writers go on until a host can read, so that a plugin can wait for its own output", async () => {
    const { capture, stdout } = setUp();
    const big = Buffer.alloc(1024 * 1024, 1);
    expect(stdout.write(big)).toBe(true);
    await new Promise((resolve) => stdout.write(big, resolve));
    capture.open();
    expect((await takeBytes(capture, 2 * big.length)).length).toBe(2 * big.length);
  });

  it("makes writers wait when 64 KiB are unread: by the return value, the callback and drain", async () => {
    const { capture, stdout } = setUp();
    capture.open();
    const events: string[] = [];
    expect(stdout.write(Buffer.alloc(64 * 1024))).toBe(true);
    expect(stdout.writableNeedDrain).toBe(false);
    expect(stdout.write("x", () => events.push("callback"))).toBe(false);
    expect(stdout.writableNeedDrain).toBe(true);
    expect(stdout.writableLength).toBe(64 * 1024 + 1);
    stdout.once("drain", () => events.push("drain"));
    await new Promise(setImmediate);
    expect(events).toEqual([]);
    await capture.take({ signal: never });
    await new Promise(setImmediate);
    expect(events).toEqual(["callback", "drain"]);
    expect(stdout.writableNeedDrain).toBe(false);
  });

  it("keeps memory flat for 100 MB from a writer that waits", async () => {
    const { capture, stdout } = setUp();
    capture.open();
    const total = 100 * 1024 * 1024;
    let most = 0;
    const source = async function* () {
      const chunk = Buffer.alloc(16 * 1024);
      for (let sent = 0; sent < total; sent += chunk.length) {
        most = Math.max(most, stdout.writableLength);
        yield chunk;
      }
    };
    const written = pipeline(Readable.from(source(), { objectMode: false }), stdout, { end: false });
    let read = 0;
    while (read < total) read += (await capture.take({ signal: never }))!.data.length;
    await written;
    expect(read).toBe(total);
    expect(most).toBeLessThanOrEqual(256 * 1024);
  });

  it("drops, and says so in the output, what a writer that does not wait writes beyond 64 MiB", async () => {
    const { capture, stdout, stderr } = setUp();
    capture.open();
    const megabyte = Buffer.alloc(1024 * 1024, ".");
    const errors: unknown[] = [];
    for (let i = 0; i < 64; i++) stdout.write(megabyte);
    for (let i = 0; i < 3; i++) stdout.write(megabyte, (error) => errors.push(error));
    expect(stderr.write("the other stream is not full")).toBe(true);
    await takeBytes(capture, 1);
    stdout.write("after the gap");
    await new Promise(setImmediate);
    expect(errors).toEqual(Array(3).fill(expect.objectContaining({ code: "ERR_OUTPUT_DROPPED" })));
    capture.end();
    const rest: Buffer[] = [];
    for (let chunk = await capture.take({ signal: never, stream: "stdout" }); chunk; ) {
      rest.push(Buffer.from(chunk.data));
      chunk = await capture.take({ signal: never, stream: "stdout" });
    }
    const text = Buffer.concat(rest).toString();
    expect(text.replace(/^\.+/, "")).toBe(
      "\n[go-plugin: 3145728 bytes of output were dropped here: the host did not read in time]\nafter the gap",
    );
  });

  it("counts the callbacks of writers that do not wait", () => {
    const { capture, stdout } = setUp();
    capture.open();
    stdout.write(Buffer.alloc(65 * 1024));
    const errors: unknown[] = [];
    for (let i = 0; i < 1024 * 1024; i++) stdout.write("x", (error) => error && errors.push(error));
    expect(stdout.writableLength).toBeLessThan(2 * 1024 * 1024);
  });

  it("gives out the rest after the end, then undefined; later output goes past it", async () => {
    const { capture, stdout, bypassed } = setUp();
    stdout.write("rest");
    const waiting = takeText(capture, "stderr");
    capture.end();
    stdout.write("later");
    expect(await waiting).toBeUndefined();
    expect(await takeText(capture)).toBe("stdout: rest");
    expect(await takeText(capture)).toBeUndefined();
    expect(bypassed).toEqual(["stdout: later"]);
  });

  it("passes by what was not read, and lets the writers go", async () => {
    const { capture, stdout, stderr, bypassed } = setUp();
    capture.open();
    stderr.write("first");
    stdout.write("x".repeat(64 * 1024));
    const finished = new Promise((resolve) => stdout.write("second", resolve));
    capture.spill();
    await finished;
    expect(bypassed.map((entry) => entry.replaceAll("x", ""))).toEqual(["stdout: ", "stdout: second", "stderr: first"]);
  });

  it("stops to hold when a process that does not serve prints without end", () => {
    let bypassed = 0;
    const capture = new OutputCapture((_, data) => {
      bypassed += data.length;
    });
    const stdout = new Writable();
    capture.redirect("stdout", stdout);
    const megabyte = Buffer.alloc(1024 * 1024);
    for (let i = 0; i < 64; i++) stdout.write(megabyte);
    expect(bypassed).toBe(0);
    stdout.write("x");
    expect(bypassed).toBe(64 * megabyte.length + 1);
    expect(stdout.writableLength).toBe(0);
  });
});
