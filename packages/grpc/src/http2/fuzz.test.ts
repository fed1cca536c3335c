import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ErrorCode } from "./error-code.js";
import { FrameType, preface, Setting } from "./frame.js";
import {
  type AnyStreamEvents,
  ClientOnWire,
  data,
  end,
  endHeaders,
  frame,
  goAway,
  headers,
  leftIn,
  nothingLeft,
  ping,
  requestFields,
  responseFields,
  rstStream,
  ServerOnWire,
  settings,
  turns,
  windowUpdate,
} from "./test-support.js";

const rejections: unknown[] = [];
const onRejection = (error: unknown) => rejections.push(error);
beforeEach(() => void process.on("unhandledRejection", onRejection));
afterEach(() => {
  process.off("unhandledRejection", onRejection);
  expect(rejections.splice(0)).toEqual([]);
});

const trailers = (streamId: number) => headers(streamId, { "grpc-status": "0" }, endHeaders | end);

/** A valid conversation of a client, frame by frame. */
const ofClient = [
  Buffer.from(preface),
  settings([Setting.initialWindowSize, 1000]),
  headers(1, requestFields),
  data(1, "hello"),
  windowUpdate(0, 100_000),
  headers(3, requestFields, end),
  frame(FrameType.continuation, endHeaders, 3, Buffer.from([0, 1, 97, 1, 98])),
  settings([Setting.initialWindowSize, 10]),
  data(1, "\x03more\0\0\0", 0x8),
  ping,
  windowUpdate(1, 5000),
  headers(5, requestFields),
  rstStream(5),
  data(1, Buffer.alloc(1000), end),
  settings([Setting.initialWindowSize, 100_000], [Setting.headerTableSize, 0], [Setting.maxFrameSize, 100_000]),
  goAway(0),
];

/** A valid conversation of a server that has three open streams. */
const ofServer = [
  settings([Setting.maxConcurrentStreams, 2], [Setting.initialWindowSize, 1000]),
  headers(1, { ":status": "103" }),
  headers(1, responseFields),
  data(1, "hello"),
  headers(3, responseFields, 0),
  frame(FrameType.continuation, endHeaders, 3),
  windowUpdate(0, 100_000),
  data(1, "\x03more\0\0\0", 0x8),
  trailers(1),
  windowUpdate(3, 5000),
  ping,
  settings([Setting.initialWindowSize, 0]),
  data(3, Buffer.alloc(1000)),
  rstStream(3, 2),
  headers(5, responseFields, endHeaders | end),
  goAway(5, 0, "bye"),
];

/** The changes made to a conversation. */
const mutation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("byte" as const), at: fc.nat(), value: fc.nat(255) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("bit" as const), at: fc.nat(), value: fc.nat(7) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("drop" as const), at: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("repeat" as const), at: fc.nat(), times: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("swap" as const), at: fc.nat(), with: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("insert" as const),
      at: fc.nat(),
      type: fc.nat(10),
      flags: fc.nat(255),
      streamId: fc.nat(8),
      payload: fc.uint8Array({ maxLength: 30 }),
    }),
  },
);

function mutate(
  conversation: readonly Buffer[],
  mutations: readonly (typeof mutation extends fc.Arbitrary<infer T> ? T : never)[],
): Buffer {
  const frames: Buffer[] = conversation.map((bytes) => Buffer.from(bytes));
  for (const mutation of mutations) {
    const at = mutation.at % frames.length;
    const bytes = frames[at]!;
    const place = Math.floor(mutation.at / frames.length) % Math.max(1, bytes.length);
    if (mutation.kind === "byte") bytes[place] = mutation.value;
    else if (mutation.kind === "bit") bytes[place] = bytes[place]! ^ (1 << mutation.value);
    else if (mutation.kind === "drop") frames[at] = Buffer.alloc(0);
    else if (mutation.kind === "repeat")
      frames[at] = Buffer.concat(Array.from({ length: mutation.times }, () => bytes));
    else if (mutation.kind === "insert") {
      frames.splice(at, 0, frame(mutation.type, mutation.flags, mutation.streamId, mutation.payload));
    } else {
      const other = mutation.with % frames.length;
      frames[at] = frames[other]!;
      frames[other] = bytes;
    }
  }
  return Buffer.concat(frames);
}

const randomBytes = fc.uint8Array({ maxLength: 400, size: "max" }).map((bytes) => Buffer.from(bytes));
/** Frames with such headers. */
const randomFrames = (types: number) =>
  fc
    .array(fc.tuple(fc.nat(types), fc.constantFrom(0, 1, 4, 5, 8, 0x28, 0xff), fc.nat(7), fc.uint8Array()), {
      maxLength: 20,
      size: "max",
    })
    .map((frames) => Buffer.concat(frames.map(([type, flags, id, payload]) => frame(type, flags, id, payload))));

const input = (conversation: readonly Buffer[], greeting: number) =>
  fc.record({
    bytes: fc.oneof(
      {
        weight: 5,
        arbitrary: fc.array(mutation, { minLength: 1, maxLength: 6 }).map((all) => mutate(conversation, all)),
      },
      {
        weight: 2,
        arbitrary: randomFrames(10).map((bytes) => Buffer.concat([...conversation.slice(0, greeting), bytes])),
      },
      { weight: 1, arbitrary: randomBytes.map((bytes) => Buffer.concat([...conversation.slice(0, greeting), bytes])) },
      { weight: 1, arbitrary: randomBytes },
    ),
    cuts: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 10 }),
    /** A listener's action at its n-th event. */
    acts: fc.array(fc.constantFrom("nothing", "pause", "resume", "write", "end", "reset"), { maxLength: 6 }),
  });

/** Sends everything in chunks of these sizes, then nothing more. */
async function say(
  wire: { push(chunk: Buffer | null): boolean },
  bytes: Buffer,
  cuts: readonly number[],
): Promise<void> {
  let at = 0;
  for (const cut of cuts) {
    wire.push(bytes.subarray(at, at + cut));
    at += cut;
    if (cut % 2 === 0) await turns();
  }
  if (at < bytes.length) wire.push(bytes.subarray(at));
  await turns();
}

/** Checks the output of a connection against its input. */
function expectBounded(bytesWritten: number, bytesRead: number): void {
  expect(bytesWritten).toBeLessThan(20_000 + 10 * bytesRead);
}

const known: readonly number[] = Object.values(ErrorCode);

test("a server stays a server, whatever a client says", async () => {
  const run = async ({ bytes, cuts, acts }: { bytes: Buffer; cuts: number[]; acts: string[] }) => {
    let event = 0;
    let over = false;
    const server: ServerOnWire = new ServerOnWire({ maxConcurrentStreams: 3 }, (stream) => {
      const act = () => {
        const what = over ? undefined : acts[event++ % Math.max(1, acts.length)];
        if (what === "pause") stream.input.pause();
        if (what === "resume") stream.input.resume();
        if (what === "write") stream.output.write([Buffer.alloc(700)]);
        if (what === "end") stream.end([Buffer.alloc(700)], { "grpc-status": "0" });
        if (what === "reset") stream.reset(event % 2 === 0 ? 0 : 8);
      };
      stream.respond(responseFields);
      return { onData: act, onEnd: act, onDrain: act, onClose: act } satisfies Partial<AnyStreamEvents>;
    });
    await say(server.wire, bytes, cuts);
    expectBounded(server.wire.bytesWritten, bytes.length);
    const goneAway = server.wire.goneAway();
    if (goneAway !== undefined) expect(known).toContain(goneAway.code);
    // Paused streams are discarded with the connection; ended ones are read to the end.
    server.wire.push(null);
    await turns();
    over = true;
    for (const { stream } of server.streams) stream.input.resume();
    await turns();
    expect(server.closed).toBe(1);
    for (const { recorder } of server.streams) expect(recorder.log.at(-1)).toBe("close");
    expect(leftIn(server.connection)).toEqual(nothingLeft);
  };
  await fc.assert(fc.asyncProperty(input(ofClient, 2), run), { numRuns: 500 });
});

test("a client stays a client, whatever a server says", async () => {
  const run = async ({ bytes, cuts, acts }: { bytes: Buffer; cuts: number[]; acts: string[] }) => {
    const client = new ClientOnWire();
    let event = 0;
    let over = false;
    const calls = Array.from({ length: 4 }, () => {
      const act = () => {
        const what = over ? undefined : acts[event++ % Math.max(1, acts.length)];
        if (what === "pause") call.stream.input.pause();
        if (what === "resume") call.stream.input.resume();
        if (what === "write") call.stream.output.write([Buffer.alloc(700)]);
        if (what === "end") call.stream.output.end([Buffer.alloc(700)]);
        if (what === "reset") call.stream.reset(event % 2 === 0 ? 0 : 8);
      };
      const call: ReturnType<ClientOnWire["request"]> = client.request({
        onHeaders: act,
        onData: act,
        onTrailers: act,
        onEnd: act,
        onDrain: act,
      });
      call.stream.output.write([Buffer.alloc(2000)]);
      return call;
    });
    calls[1]!.stream.output.end([]);
    await say(client.wire, bytes, cuts);
    expectBounded(client.wire.bytesWritten, bytes.length);
    const goneAway = client.wire.goneAway();
    if (goneAway !== undefined) expect(known).toContain(goneAway.code);
    client.wire.push(null);
    await turns();
    over = true;
    for (const { stream } of calls) stream.input.resume();
    await turns();
    expect(client.events.filter((event) => event !== "ready")).toEqual(["draining", "close"]);
    expect(client.error).toBeInstanceOf(Error);
    for (const { recorder } of calls) expect(recorder.log.at(-1)).toBe("close");
    expect(leftIn(client.connection)).toEqual(nothingLeft);
  };
  await fc.assert(fc.asyncProperty(input(ofServer, 1), run), { numRuns: 500 });
});
