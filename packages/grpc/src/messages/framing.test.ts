import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { Status } from "../status/status.js";
import { MessageDecoder } from "./decoder.js";
import { encodeFrame, encodeFrames } from "./framing.js";

const unlimited = { maxMessageBytes: 2 ** 31 - 1, encoding: undefined };

/** The obvious encoder. */
function naiveFrames(messages: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    messages.flatMap((message) => {
      const header = Buffer.alloc(5);
      header.writeUInt32BE(message.length, 1);
      return [header, message];
    }),
  );
}

function readAll(reader: MessageDecoder): Buffer[] {
  const messages: Buffer[] = [];
  for (let message = reader.next(); message !== undefined; message = reader.next()) messages.push(message);
  return messages;
}

const messages = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.integer({ min: 16_000, max: 40_000 }).map((length) => new Uint8Array(length).fill(length)),
  ),
);

describe("message framing", () => {
  test("many messages are encoded as each alone", () => {
    fc.assert(
      fc.property(messages, (list) => {
        const buffers = encodeFrames(list);
        expect(Buffer.concat(buffers).equals(naiveFrames(list))).toBe(true);
        expect(Buffer.concat(list.map(encodeFrame)).equals(naiveFrames(list))).toBe(true);
        const large = list.filter((message) => message.length >= 16 * 1024).length;
        expect(buffers.length).toBeLessThanOrEqual(2 * large + 1);
      }),
    );
  });

  test("a large message is not copied", () => {
    const large = new Uint8Array(1024 * 1024);
    expect(encodeFrames([large])).toContain(large);
  });

  test("messages are read from chunks of any size", () => {
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1 }), (list, sizes) => {
        const reader = new MessageDecoder(unlimited);
        const wire = naiveFrames(list);
        const got: Buffer[] = [];
        for (let offset = 0, i = 0; offset < wire.length; i++) {
          const size = sizes[i % sizes.length]!;
          reader.push(wire.subarray(offset, offset + size));
          // Sometimes the reader waits.
          if (i % 3 !== 0) got.push(...readAll(reader));
          offset += size;
        }
        got.push(...readAll(reader));
        expect(got.map((message) => message.toString("latin1"))).toEqual(
          list.map((message) => Buffer.from(message).toString("latin1")),
        );
        expect(reader.truncated).toBe(false);
      }),
    );
  });

  test.each([1, 4, 5, 8])("%d bytes of a message are a truncated one", (bytes) => {
    const reader = new MessageDecoder(unlimited);
    expect(reader.truncated).toBe(false);
    reader.push(encodeFrame(Buffer.from("text")).subarray(0, bytes));
    expect(reader.next()).toBeUndefined();
    expect(reader.truncated).toBe(true);
  });

  test("a length that is only claimed costs no memory", () => {
    const reader = new MessageDecoder(unlimited);
    const before = process.memoryUsage().arrayBuffers;
    reader.push(Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3]));
    expect(reader.next()).toBeUndefined();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
  });

  test.each([
    [[0, 0, 0, 0, 9], undefined, Status.RESOURCE_EXHAUSTED, "grpc: received message larger than max (9 vs. 8)"],
    [[0, 255, 255, 255, 255], undefined, Status.RESOURCE_EXHAUSTED, "larger than max (4294967295 vs. 8)"],
    [[1, 0, 0, 0, 1], undefined, Status.INTERNAL, "grpc: compressed flag set with identity or empty encoding"],
    [[1, 0, 0, 0, 1], "identity", Status.INTERNAL, "grpc: compressed flag set with identity or empty encoding"],
    [[1, 0, 0, 0, 1], "gzip", Status.INTERNAL, 'grpc: Decompressor is not installed for grpc-encoding "gzip"'],
    [[2, 0, 0, 0, 1], undefined, Status.INTERNAL, "grpc: received unexpected payload format 2"],
  ])("header %j with encoding %s is refused", (header, encoding, code, details) => {
    const reader = new MessageDecoder({ maxMessageBytes: 8, encoding });
    reader.push(Buffer.from(header));
    expect(() => reader.next()).toThrow(
      expect.objectContaining({ code, details: expect.stringContaining(details) }) as Error,
    );
  });
});

test("a message that arrives byte by byte uses little more memory than its bytes", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = runInNewContext("gc");
  const reader = new MessageDecoder(unlimited);
  const message = Buffer.alloc(2000, 1);
  reader.push(encodeFrame(message).subarray(0, 5));
  for (let i = 1; i < message.length; i++) {
    reader.push(Buffer.alloc(65_536, 1).subarray(0, 1));
    expect(reader.next()).toBeUndefined();
  }
  const kept = () => {
    collectGarbage();
    return process.memoryUsage().arrayBuffers;
  };
  // Collected buffers may take some turns to disappear.
  await vi.waitFor(() => expect(kept()).toBeLessThan(20e6), { interval: 5 });
  reader.push(Buffer.alloc(1, 1));
  expect(reader.next()).toEqual(message);
});
