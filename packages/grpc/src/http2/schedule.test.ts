import { Duplex } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ClientStream } from "./client-stream.js";
import { ClientTransport } from "./client-transport.js";
import { ErrorCode } from "./error-code.js";
import type { ServerStream } from "./server-stream.js";
import { ServerTransport } from "./server-transport.js";
import { type AnyStreamEvents, leftIn, nothingLeft, Recorder, requestFields, responseFields } from "./test-support.js";

/** Small numbers from a seed, the same ones for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Two ends of a connection that splits writes, and delivers the parts at once or some turns later. */
function choppedPair(random: (below: number) => number, highWaterMark: number): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  const end = (other: () => Duplex) => {
    const later = (run: () => void): void => {
      if (random(3) > 0) run();
      else if (random(2) > 0) process.nextTick(run);
      else setImmediate(run);
    };
    const deliver = (chunk: Buffer, done: () => void): void => {
      if (other().destroyed) return;
      if (chunk.length === 0) {
        done();
        return;
      }
      const size = random(4) === 0 ? 1 + random(20) : 1 + random(chunk.length);
      other().push(Buffer.from(chunk.subarray(0, size)));
      later(() => deliver(chunk.subarray(size), done));
    };
    return new Duplex({
      highWaterMark,
      read() {},
      write: (chunk, _encoding, done) => later(() => deliver(chunk, done)),
      final(done) {
        if (!other().destroyed) other().push(null);
        done();
      },
      destroy(error, done) {
        setImmediate(() => other().destroy());
        done(error);
      },
    });
  };
  ends.push(
    end(() => ends[1]!),
    end(() => ends[0]!),
  );
  return [ends[0]!, ends[1]!];
}

/** One direction of a stream, and its outcome. */
interface Direction {
  sent: number;
  ended: boolean;
  readonly recorder: Recorder;
}

interface Pair {
  readonly key: number;
  readonly client: Direction;
  readonly server: Direction | undefined;
  readonly clientStream: ClientStream;
  readonly serverStream: ServerStream | undefined;
  /** It was reset: the received bytes are a prefix of the sent ones. */
  reset: boolean;
}

/** The bytes of one direction: each byte shows its position. */
function bytesFrom(start: number, length: number, salt: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i++) bytes[i] = ((start + i) * 31 + ((start + i) >>> 8) + salt) & 0xff;
  return bytes;
}

const action = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: "open" as const }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constantFrom("write" as const, "write" as const, "end" as const),
      side: fc.constantFrom("client" as const, "server" as const),
      stream: fc.nat(),
      sizes: fc.array(fc.oneof(fc.nat(50), fc.nat(5000), fc.nat(100_000)), { maxLength: 3 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("pause" as const, "resume" as const),
      side: fc.constantFrom("client" as const, "server" as const),
      stream: fc.nat(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("reset" as const),
      side: fc.constantFrom("client" as const, "server" as const),
      stream: fc.nat(),
      code: fc.constantFrom(ErrorCode.NO_ERROR, ErrorCode.CANCEL),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("wait" as const), turns: fc.integer({ min: 1, max: 4 }) }) },
);

const schedule = fc.record({
  seed: fc.integer({ min: 1, max: 0x7fff_ffff }),
  highWaterMark: fc.constantFrom(1, 16_384, 1 << 22),
  clientWindow: fc.constantFrom(300, 10_000, 65_535, 1 << 20),
  serverWindow: fc.constantFrom(1000, 65_535, 1 << 20),
  maxConcurrentStreams: fc.constantFrom(undefined, 1, 3),
  ending: fc.constantFrom("close", "close", "close by the server", "destroy"),
  actions: fc.array(action, { minLength: 5, maxLength: 80, size: "max" }),
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function run(plan: typeof schedule extends fc.Arbitrary<infer T> ? T : never): Promise<void> {
  const random = randomFrom(plan.seed);
  const [mine, its] = choppedPair(random, plan.highWaterMark);
  const settings = { maxHeaderListBytes: 16_384 };
  const pairs: Pair[] = [];
  const events: string[] = [];
  let refused = 0;
  const server = new ServerTransport(
    its,
    {
      ...settings,
      windowBytes: plan.serverWindow,
      ...(plan.maxConcurrentStreams === undefined ? {} : { maxConcurrentStreams: plan.maxConcurrentStreams }),
    },
    {
      onStream(stream, raw) {
        const pair = pairs[Number(raw[raw.indexOf("key") + 1])]!;
        const recorder = new Recorder(fromWithin(pair.key, "server"));
        stream.listen(recorder);
        stream.input.read(recorder);
        stream.respond(responseFields);
        Object.assign(pair, { serverStream: stream, server: { sent: 0, ended: false, recorder } });
      },
      onClose: () => events.push("server closed"),
    },
  );
  const client = new ClientTransport(
    mine,
    { ...settings, windowBytes: plan.clientWindow },
    { onReady() {}, onDraining() {}, onClose: () => events.push("client closed") },
  );
  // Streams opened before the server's limit is known would be refused.
  if (plan.maxConcurrentStreams !== undefined) await turns(50);

  const act = (pair: Pair, side: "client" | "server", sizes: readonly number[], end: boolean): void => {
    const direction = pair[side];
    const stream = side === "client" ? pair.clientStream : pair.serverStream;
    if (stream === undefined || direction === undefined || direction.ended) return;
    const salt = pair.key + (side === "client" ? 0 : 7);
    const chunks = sizes.map((size) => {
      const bytes = bytesFrom(direction.sent, size, salt);
      direction.sent += size;
      return bytes;
    });
    direction.ended = end;
    if (!end) stream.output.write(chunks);
    else if (side === "client") stream.output.end(chunks);
    else stream.output.end(chunks, { "grpc-status": "0", sent: String(direction.sent) });
  };

  /** The actions of listeners during an event. */
  const fromWithin = (key: number, side: "client" | "server"): Partial<AnyStreamEvents> => {
    const stream = () => (side === "client" ? pairs[key]!.clientStream : pairs[key]!.serverStream!);
    return {
      onData() {
        if (random(5) === 0) stream().input.pause();
        if (random(10) === 0) stream().input.resume();
        if (random(5) === 0) act(pairs[key]!, side, [random(3000)], random(10) === 0);
      },
      onDrain() {
        if (random(2) === 0) act(pairs[key]!, side, [random(3000)], random(10) === 0);
      },
      onEnd() {
        if (random(2) === 0) act(pairs[key]!, side, [random(3000)], true);
      },
    };
  };

  for (const action of plan.actions) {
    if (action.kind === "wait") {
      await turns(action.turns);
      continue;
    }
    if (action.kind === "open") {
      const key = pairs.length;
      const recorder = new Recorder(fromWithin(key, "client"));
      const clientStream = client.request({ ...requestFields, key: String(key) }, recorder);
      clientStream.input.read(recorder);
      pairs.push({
        key,
        client: { sent: 0, ended: false, recorder },
        server: undefined,
        clientStream,
        serverStream: undefined,
        reset: false,
      });
      continue;
    }
    if (pairs.length === 0) continue;
    const pair = pairs[action.stream % pairs.length]!;
    const stream = action.side === "client" ? pair.clientStream : pair.serverStream;
    if (action.kind === "write" || action.kind === "end") act(pair, action.side, action.sizes, action.kind === "end");
    else if (action.kind === "pause") stream?.input.pause();
    else if (action.kind === "resume") stream?.input.resume();
    else if (stream !== undefined) {
      pair.reset = true;
      stream.reset(action.kind === "reset" ? action.code : 0);
    }
  }

  const destroyed = plan.ending === "destroy";
  if (destroyed) client.destroy(new Error("destroyed"));
  else if (plan.ending === "close") client.close();
  else server.close();
  // Everything ends: paused streams are read, open ones are ended.
  const closed = ({ client, server }: Pair) =>
    client.recorder.closed !== undefined && (server === undefined || server.recorder.closed !== undefined);
  const done = () => events.length === 2 && pairs.every(closed);
  for (let turn = 0; turn < 100_000 && !done(); turn++) {
    for (const pair of pairs) {
      pair.clientStream.input.resume();
      pair.serverStream?.input.resume();
      act(pair, "client", [], true);
      act(pair, "server", [], true);
    }
    await turns(1);
  }
  await turns(3);

  expect(events.sort()).toEqual(["client closed", "server closed"]);
  for (const pair of pairs) {
    const { client, server } = pair;
    const complete = !pair.reset && !destroyed && client.recorder.closed!.lost === undefined;
    expect(client.recorder.log.at(-1)).toBe("close");
    if (plan.ending === "close" && !pair.reset) expect(client.recorder.closed).toEqual({ code: 0, lost: undefined });
    if (server === undefined) {
      if (complete && client.recorder.closed!.code === ErrorCode.REFUSED_STREAM) refused++;
      else expect(complete).toBe(false);
      continue;
    }
    expect(server.recorder.log.at(-1)).toBe("close");
    const request = bytesFrom(0, client.sent, pair.key);
    const response = bytesFrom(0, server.sent, pair.key + 7);
    const got = { request: server.recorder.body, response: client.recorder.body };
    expect(got.request.equals(request.subarray(0, got.request.length))).toBe(true);
    expect(got.response.equals(response.subarray(0, got.response.length))).toBe(true);
    if (!complete) continue;
    expect(got.request.length).toBe(request.length);
    expect(got.response.length).toBe(response.length);
    expect(client.recorder.trailers).toEqual(["grpc-status", "0", "sent", String(server.sent)]);
    expect(client.recorder.log.filter((event) => event !== "data" && event !== "drain").sort()).toEqual([
      "close",
      "end",
      "headers",
      "trailers",
    ]);
    expect(server.recorder.log.filter((event) => event === "end")).toHaveLength(1);
  }
  expect(refused).toBe(0);
  expect(leftIn(client)).toEqual(nothingLeft);
  expect(leftIn(server)).toEqual(nothingLeft);
}

test("whatever both ends do in whatever order: every byte arrives once, every stream ends once, nothing is left", async () => {
  await fc.assert(fc.asyncProperty(schedule, run), { numRuns: 100 });
});
