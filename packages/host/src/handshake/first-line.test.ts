import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FirstLine, FirstLineReader, readFirstLine } from "./first-line.js";

function read(chunks: readonly Buffer[]): FirstLine {
  const reader = new FirstLineReader();
  for (const chunk of chunks) {
    const line = reader.push(chunk);
    if (line) return line;
  }
  return reader.end();
}

/** Cuts bytes at random places. */
const cuts = fc.array(fc.nat(200));
function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const points = [0, ...[...at].filter((point) => point < bytes.length).sort((a, b) => a - b), bytes.length];
  return points.slice(1).map((end, index) => bytes.subarray(points[index], end));
}

describe("FirstLineReader", () => {
  test("any chunking gives the same line", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), fc.string({ maxLength: 100 }), cuts, (first, more, at) => {
        const line = first.replaceAll("\n", "");
        expect(read(cut(Buffer.from(`${line}\n${more}`), at))).toEqual({
          kind: "line",
          line: Buffer.from(line).toString(),
        });
      }),
    );
  });

  test("the end of the stream ends the line too, unless there is nothing", () => {
    expect(read([Buffer.from("1|1|unix|/x|grpc|")])).toEqual({ kind: "line", line: "1|1|unix|/x|grpc|" });
    expect(read([Buffer.from("\n")])).toEqual({ kind: "line", line: "" });
    expect(read([])).toEqual({ kind: "ended" });
    expect(read([Buffer.alloc(0)])).toEqual({ kind: "ended" });
  });

  test("64 KiB is too much, a byte less with its newline is not", () => {
    const longest = Buffer.alloc((64 << 10) - 1, "x");
    const newline = Buffer.from("\n");
    expect(read([longest, newline]).kind).toBe("line");
    expect(read([Buffer.concat([longest, newline])]).kind).toBe("line");
    expect(read([longest, Buffer.from("x")]).kind).toBe("too-long");
    expect(read([longest, Buffer.from("x\n")]).kind).toBe("too-long");
  });
});

test("the stream goes on flowing after the line", async () => {
  const stdout = new PassThrough({ highWaterMark: 10 });
  stdout.write("line\nrest");
  expect(await readFirstLine(stdout, new FirstLineReader())).toEqual({ kind: "line", line: "line" });
  for (let n = 0; n < 100; n++) {
    if (!stdout.write("x".repeat(100))) await new Promise((resolve) => stdout.once("drain", resolve));
  }
  expect(stdout.listenerCount("data")).toBe(0);
});

test.each(["end", "destroy"] as const)("a stdout that is over before it is read has no line: %s", async (how) => {
  const stdout = new PassThrough();
  const over = new Promise((resolve) => stdout.once("close", resolve));
  stdout.resume()[how]();
  await over;
  expect(await readFirstLine(stdout, new FirstLineReader())).toEqual({ kind: "ended" });
});
