import { text } from "node:stream/consumers";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { encodeData, encodeHeader, Flag, FrameType, initialWindowBytes, Session } from "./index.js";
import { RawPeer, sessionWithRawPeer } from "./testing/raw-peer.js";
import { sessionPair } from "./testing/session-pair.js";
import { socketPair } from "./testing/socket-pair.js";
import { synchronousPair } from "./testing/synchronous-pair.js";
import { until } from "./testing/until.js";

const { syn, fin, rst } = Flag;

async function rawPeer(role: "client" | "server" = "server") {
  const both = await sessionWithRawPeer({ role });
  onTestFinished(() => both.session.close());
  return both;
}

describe("the connection dies", () => {
  const conversation = [
    encodeHeader({ type: FrameType.windowUpdate, flags: syn, streamId: 1, length: 0 }),
    encodeData(1, 0, Buffer.from("first")),
    encodeHeader({ type: FrameType.ping, flags: syn, streamId: 0, length: 5 }),
    encodeData(1, 0, Buffer.from("second")),
    encodeData(3, syn | fin, Buffer.from("complete")),
  ];
  const bytes = Buffer.concat(conversation);
  const boundaries = new Set<number>([0]);
  for (let index = 0, end = 0; index < conversation.length; index++) {
    end += conversation[index]!.length;
    boundaries.add(end);
  }

  test.each(["end", "destroy"] as const)(
    "by %s after every byte: the session ends, and so does every stream",
    async (how) => {
      for (let cut = 0; cut <= bytes.length; cut++) {
        const [near, far] = await socketPair();
        far.on("error", () => {});
        const session = new Session(near, { role: "server", keepAliveIntervalMs: 0 });
        const own = session.open();
        if (how === "end") far.resume().end(bytes.subarray(0, cut));
        else far.write(bytes.subarray(0, cut), () => far.destroy());
        const reason = await session.closed;
        // A destroyed socket can fail a write of ours before we have read everything, which hides the cut.
        const cutShort =
          how === "end" ? ["ERR_YAMUX_CONNECTION_LOST"] : ["ERR_YAMUX_CONNECTION_LOST", "ERR_YAMUX_REMOTE_CLOSED"];
        expect(boundaries.has(cut) ? ["ERR_YAMUX_REMOTE_CLOSED"] : cutShort).toContain(reason?.code);
        expect(own.errored).toBe(reason);
        // Received data can still be read, and then the reader learns if it was complete.
        const streams: string[] = [];
        for (;;) {
          const stream = await session.accept().catch(() => undefined);
          if (!stream) break;
          let read = "";
          stream.on("data", (chunk) => {
            read += chunk;
          });
          stream.on("end", () => {
            read += ".";
          });
          await until(() => stream.closed);
          streams.push(read);
        }
        expect("firstsecond").toContain(streams[0] ?? "");
        if (cut === bytes.length && how === "end") expect(streams).toEqual(["firstsecond", "complete."]);
        expect(session.streams).toBe(0);
      }
    },
  );

  test("in the middle of a write: the write fails", async () => {
    const { session, peer } = await rawPeer("client");
    const stream = session.open();
    const written = new Promise((resolve) => stream.write(Buffer.alloc(10 * initialWindowBytes), resolve));
    await peer.next();
    peer.socket.destroy();
    expect(await written).toBe(await session.closed);
    expect(stream.destroyed).toBe(true);
  });

  test("with unread data: it is read before the failure shows, and nothing can be written", async () => {
    const { session, peer } = await rawPeer();
    peer.data(1, "last words", syn);
    const stream = await session.accept();
    peer.socket.end();
    const reason = await session.closed;
    expect(stream.destroyed).toBe(false);
    expect(String(stream.read())).toBe("last words");
    await until(() => stream.destroyed);
    expect(stream.errored).toBe(reason);
  });

  test("with unread data, and a write: the write fails the stream", async () => {
    const { session, peer } = await rawPeer();
    peer.data(1, "unread", syn);
    const stream = await session.accept();
    peer.socket.end();
    const reason = await session.closed;
    expect(await new Promise((resolve) => stream.write("too late", resolve))).toBe(reason);
    expect(stream.destroyed).toBe(true);
  });

  test("after the peer's FIN: the reader sees a whole stream", async () => {
    const { session, peer } = await rawPeer();
    peer.data(1, "whole", syn | fin);
    const stream = await session.accept();
    peer.socket.end();
    await session.closed;
    expect(await text(stream)).toBe("whole");
  });

  test("with an error: it is the cause", async () => {
    const [near] = synchronousPair();
    const session = new Session(near, { role: "client" });
    const failure = new Error("cable cut");
    near.destroy(failure);
    expect(await session.closed).toMatchObject({ code: "ERR_YAMUX_CONNECTION_LOST", cause: failure });
  });
});

describe("a peer that does not read", () => {
  test("is not read either, once answers pile up; everything is answered when it reads again", async () => {
    const [near, far] = await socketPair();
    const session = new Session(near, { role: "server", keepAliveIntervalMs: 0 });
    onTestFinished(() => session.close());
    const pings = 400_000;
    const ping = encodeHeader({ type: FrameType.ping, flags: syn, streamId: 0, length: 9 });
    far.pause();
    far.write(Buffer.concat(Array.from({ length: pings }, () => ping)));
    await until(() => near.isPaused());
    expect(near.writableLength).toBeLessThan(1 << 20);
    const peer = new RawPeer(far);
    far.resume();
    for (let count = 0; count < pings; count++) {
      if ((await peer.next()) !== "ping ACK 9") throw new Error("wrong answer");
    }
    expect(await peer.quiesce()).toEqual([]);
  });
});

describe("a peer that sends nonsense", () => {
  test("random bytes never harm more than their own session", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 100 }), async (bytes) => {
        const [near, far] = await socketPair();
        far.on("error", () => {}).resume();
        const session = new Session(near, { role: "server", keepAliveIntervalMs: 0 });
        far.end(bytes);
        expect(await session.closed).toMatchObject({ code: expect.stringMatching(/^ERR_YAMUX_/) });
        expect(session.streams).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  test("random frames never harm more than their own session", async () => {
    const anyFrame = fc.oneof(
      fc
        .tuple(fc.nat(15), fc.nat(6), fc.uint8Array({ maxLength: 20 }))
        .map(([flags, id, payload]) => encodeData(id, flags, payload)),
      fc
        .tuple(fc.constantFrom(1, 1, 1, 2, 3), fc.nat(15), fc.nat(6), fc.constantFrom(0, 1, 0xffffffff))
        .map(([type, flags, streamId, length]) => encodeHeader({ type: type as FrameType, flags, streamId, length })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyFrame, { minLength: 1, maxLength: 40 }), async (frames) => {
        const [near, far] = await socketPair();
        far.on("error", () => {}).resume();
        const session = new Session(near, { role: "server", keepAliveIntervalMs: 0 });
        for (let count = 0; count < 3; count++) session.open().write("x");
        const serving = (async () => {
          for await (const stream of session) stream.pipe(stream);
        })().catch((error: unknown) => error);
        far.end(Buffer.concat(frames));
        expect(await session.closed).toMatchObject({ code: expect.stringMatching(/^ERR_YAMUX_/) });
        await serving;
        expect(session.streams).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  test("a flood of streams is refused beyond the backlog, and holds nothing", async () => {
    const { session, peer } = await rawPeer();
    const opens = Array.from({ length: 20_000 }, (_, index) =>
      encodeHeader({ type: FrameType.windowUpdate, flags: syn, streamId: 2 * index + 1, length: 0 }),
    );
    peer.socket.write(Buffer.concat(opens));
    const answers = await peer.quiesce();
    expect(answers.length).toBe(20_000 - 256);
    expect(answers[0]).toBe("window 513 RST +0");
    expect(session.streams).toBe(256);
  });

  test("streams that are opened and reset over and over leave nothing", async () => {
    const { session, peer } = await rawPeer();
    const serving = (async () => {
      for await (const stream of session) stream.resume();
    })();
    for (let index = 0; index < 5000; index++) {
      peer.window(2 * index + 1, syn);
      peer.window(2 * index + 1, rst);
    }
    await peer.quiesce();
    expect(session.streams).toBe(0);
    await session.close();
    await serving;
  });

  test("a stream that fails before anybody listens is no uncaught exception", async () => {
    const { session, peer } = await rawPeer();
    peer.window(1, syn);
    peer.window(1, rst);
    await peer.quiesce();
    const stream = await session.accept();
    expect(stream.errored).toMatchObject({ code: "ERR_YAMUX_STREAM_RESET" });
  });
});

test("a listener that throws ends the session with an internal error, and is heard", async () => {
  const [near, far] = synchronousPair();
  const session = new Session(near, { role: "server" });
  const peer = new RawPeer(far as never);
  near.emit("data", encodeHeader({ type: FrameType.windowUpdate, flags: syn, streamId: 1, length: 0 }));
  const stream = await session.accept();
  stream.on("data", () => {
    throw new Error("bug in the listener");
  });
  await until(() => stream.readableFlowing === true);
  await new Promise((resolve) => setImmediate(resolve));
  expect(() => near.emit("data", encodeData(1, 0, Buffer.from("x")))).toThrow("bug in the listener");
  expect(await peer.next()).toBe("window 1 ACK +0");
  expect(await peer.next()).toBe("goAway 2");
  expect(await session.closed).toMatchObject({ code: "ERR_YAMUX_INTERNAL_ERROR" });
});

test("10,000 streams leave neither streams nor listeners behind", async () => {
  const { client, server } = await sessionPair();
  const serving = (async () => {
    for await (const stream of server) stream.pipe(stream);
  })();
  for (let round = 0; round < 100; round++) {
    await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const stream = client.open();
        stream.end(String(index));
        expect(await text(stream)).toBe(String(index));
      }),
    );
  }
  await until(() => client.streams === 0 && server.streams === 0);
  await client.close();
  await server.close();
  await serving;
});
