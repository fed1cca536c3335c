import { once } from "node:events";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { Flag, FrameType, GoAwayCode, Session, type SessionOptions } from "./index.js";
import { sessionWithRawPeer } from "./testing/raw-peer.js";
import { sessionPair } from "./testing/session-pair.js";
import { socketPair } from "./testing/socket-pair.js";
import { until } from "./testing/until.js";

const { syn, ack, fin } = Flag;

async function rawPeer(options: Partial<SessionOptions> = {}) {
  const both = await sessionWithRawPeer({ role: "server", ...options });
  onTestFinished(() => both.session.close());
  return both;
}

async function pair(options: Partial<Omit<SessionOptions, "role">> = {}) {
  const both = await sessionPair(options);
  onTestFinished(async () => {
    await both.client.close();
    await both.server.close();
  });
  return both;
}

describe("options", () => {
  test.each<[string, object, string]>([
    ["no role", {}, 'expected role "client" or "server", got undefined'],
    ["an unknown role", { role: "both" }, 'got "both"'],
    [
      "a window under the protocol's",
      { role: "client", maxStreamWindowSize: 1024 },
      "maxStreamWindowSize to be an integer from 262144",
    ],
    ["a backlog of none", { role: "client", acceptBacklog: 0 }, "acceptBacklog to be an integer from 1"],
    ["a fraction", { role: "client", keepAliveIntervalMs: 0.5 }, "keepAliveIntervalMs to be an integer"],
    ["a time that timers cannot wait", { role: "client", streamOpenTimeoutMs: 2 ** 31 }, "streamOpenTimeoutMs"],
    ["a string", { role: "client", connectionWriteTimeoutMs: "10" }, "connectionWriteTimeoutMs"],
  ])("%s is refused", (_name, options, message) => {
    expect(() => new Session(new PassThrough(), options as SessionOptions)).toThrow(message);
  });

  test("a transport of text is refused", () => {
    expect(() => new Session(new PassThrough({ encoding: "utf8" }), { role: "client" })).toThrow("gives bytes");
  });
});

describe("accept", () => {
  test("gives streams in the order of their opening, to takers in the order of their asking", async () => {
    const { client, server } = await pair();
    const first = server.accept();
    const second = server.accept();
    for (let count = 0; count < 4; count++) client.open();
    expect((await first).id).toBe(1);
    expect((await second).id).toBe(3);
    expect((await server.accept()).id).toBe(5);
    expect((await server.accept()).id).toBe(7);
  });

  test("a signal ends the waiting, and takes no stream with it", async () => {
    const { client, server } = await pair();
    const controller = new AbortController();
    const aborted = server.accept({ signal: controller.signal });
    const waiting = server.accept();
    controller.abort(new Error("no more"));
    await expect(aborted).rejects.toThrow("no more");
    await expect(server.accept({ signal: controller.signal })).rejects.toThrow("no more");
    client.open();
    expect((await waiting).id).toBe(1);
  });

  test("for await gives streams until either side closes the session", async () => {
    const { client, server } = await pair();
    const seen = (async () => {
      const ids: number[] = [];
      for await (const stream of server) ids.push(stream.id);
      return ids;
    })();
    client.open();
    const { id } = client.open();
    expect(id).toBe(3);
    await until(() => server.streams === 2);
    await client.close();
    expect(await seen).toEqual([1, 3]);
  });

  test("for await throws when the session fails", async () => {
    const { session, peer } = await rawPeer();
    const reading = (async () => {
      for await (const _ of session);
    })();
    peer.socket.write("garbage that is not yamux");
    await expect(reading).rejects.toMatchObject({ code: "ERR_YAMUX_INVALID_VERSION" });
  });

  test("a stream over the backlog is reset, and its data skipped", async () => {
    const { session, peer } = await rawPeer({ acceptBacklog: 2 });
    for (const id of [1, 3, 5]) peer.data(id, `data of ${id}`, syn | fin);
    expect(await peer.quiesce()).toEqual(["window 5 RST +0"]);
    expect(await text(await session.accept())).toBe("data of 1");
    peer.data(7, "data of 7", syn | fin);
    expect(await text(await session.accept())).toBe("data of 3");
    expect(await text(await session.accept())).toBe("data of 7");
  });

  test("a stream over maxIncomingStreams is reset, until another is closed", async () => {
    const { session, peer } = await rawPeer({ maxIncomingStreams: 1 });
    peer.window(1, syn);
    peer.window(3, syn);
    const stream = await session.accept();
    expect(await peer.quiesce()).toContain("window 3 RST +0");
    stream.end();
    peer.window(1, fin);
    await peer.quiesce();
    expect(session.streams).toBe(0);
    peer.window(5, syn);
    expect((await session.accept()).id).toBe(5);
  });

  test("streams that came before the end of the session can still be accepted and read", async () => {
    const { session, peer } = await rawPeer();
    peer.data(1, "last words", syn | fin);
    peer.socket.end();
    expect(await session.closed).toMatchObject({ code: "ERR_YAMUX_REMOTE_CLOSED" });
    expect(await text(await session.accept())).toBe("last words");
    await expect(session.accept()).rejects.toMatchObject({ code: "ERR_YAMUX_REMOTE_CLOSED" });
  });
});

describe("open", () => {
  test("no more streams are announced than the peer's backlog holds; the others follow as it accepts", async () => {
    const { session, peer } = await rawPeer({ role: "client", acceptBacklog: 2 });
    const streams = Array.from({ length: 4 }, () => session.open());
    streams[2]!.end("waits");
    expect(session.streams).toBe(4);
    expect(await peer.quiesce()).toEqual(["window 1 SYN +0", "window 3 SYN +0"]);
    peer.window(1, ack);
    expect(await peer.quiesce()).toEqual(["window 5 SYN +0", "data 5 waits", "window 5 FIN +0"]);
    peer.window(3, Flag.rst);
    expect(await peer.quiesce()).toEqual(["window 7 SYN +0"]);
  });

  test("a stream tells once when the peer has accepted it", async () => {
    const { client, server } = await pair();
    const stream = client.open();
    let accepted = 0;
    stream.on("accept", () => accepted++);
    await client.ping();
    expect(accepted).toBe(0);
    const other = await server.accept();
    other.write("data");
    await once(stream, "data");
    expect(accepted).toBe(1);
  });

  test("1000 streams at once pass a backlog of 256", async () => {
    const { client, server } = await pair();
    const serving = (async () => {
      for await (const stream of server) stream.pipe(stream);
    })();
    const answers = Array.from({ length: 1000 }, (_, index) => {
      const stream = client.open();
      stream.end(`number ${index}`);
      return text(stream);
    });
    expect(await Promise.all(answers)).toEqual(answers.map((_, index) => `number ${index}`));
    await until(() => client.streams === 0 && server.streams === 0);
    await client.close();
    await serving;
  });

  test("a stream that is not accepted in streamOpenTimeoutMs ends the session", async () => {
    const { session } = await rawPeer({ role: "client", streamOpenTimeoutMs: 20 });
    const stream = session.open();
    expect(await session.closed).toMatchObject({ code: "ERR_YAMUX_OPEN_TIMEOUT" });
    await until(() => stream.destroyed);
    expect(stream.errored).toMatchObject({ code: "ERR_YAMUX_OPEN_TIMEOUT" });
  });

  test("streams that were accepted, or given up, do not end it", async () => {
    const { session, peer } = await rawPeer({ role: "client", streamOpenTimeoutMs: 20, streamCloseTimeoutMs: 60 });
    session.open();
    peer.window(1, ack);
    session.open().destroy();
    await until(() => session.streams === 1);
    expect(await peer.quiesce()).toContain("window 3 RST +0");
  });

  test("a session that is over, or whose peer goes away, opens none", async () => {
    const { client, server } = await pair();
    server.goAway();
    await server.ping();
    await until(() => {
      try {
        client.open();
        return false;
      } catch (error) {
        expect(error).toMatchObject({ code: "ERR_YAMUX_REMOTE_GOAWAY" });
        return true;
      }
    });
    await client.close();
    expect(() => client.open()).toThrow(expect.objectContaining({ code: "ERR_YAMUX_SESSION_CLOSED" }));
  });
});

describe("ping", () => {
  test("returns the round trip, in both directions at once", async () => {
    const { client, server } = await pair();
    const trips = await Promise.all([client.ping(), client.ping(), server.ping()]);
    for (const trip of trips) expect(trip).toBeGreaterThan(0);
  });

  test("is answered with its value, and answers may come in any order or unasked", async () => {
    const { session, peer } = await rawPeer();
    peer.send(FrameType.ping, syn, 0, 0xdeadbeef);
    expect(await peer.next()).toBe("ping ACK 3735928559");
    const first = session.ping();
    const second = session.ping();
    expect(await peer.next()).toBe("ping SYN 0");
    expect(await peer.next()).toBe("ping SYN 1");
    for (const value of [1, 0, 0, 12345]) peer.send(FrameType.ping, ack, 0, value);
    await Promise.all([first, second]);
  });

  test("times out when the peer is silent", async () => {
    const { session } = await rawPeer({ connectionWriteTimeoutMs: 20 });
    await expect(session.ping()).rejects.toMatchObject({ code: "ERR_YAMUX_PING_TIMEOUT" });
  });

  test("fails when the session ends", async () => {
    const { session } = await rawPeer();
    const ping = session.ping();
    const failed = expect(ping).rejects.toMatchObject({ code: "ERR_YAMUX_SESSION_CLOSED" });
    await session.close();
    await failed;
    await expect(session.ping()).rejects.toMatchObject({ code: "ERR_YAMUX_SESSION_CLOSED" });
  });
});

describe("keepalive", () => {
  test("pings, and lives while it is answered", async () => {
    const { session, peer } = await rawPeer({ keepAliveIntervalMs: 5, connectionWriteTimeoutMs: 5000 });
    for (let value = 0; value < 3; value++) {
      expect(await peer.next()).toBe(`ping SYN ${value}`);
      peer.send(FrameType.ping, ack, 0, value);
    }
    expect(session.streams).toBe(0);
  });

  test("ends the session, and with it every stream, when a ping is not answered", async () => {
    const { session } = await rawPeer({ role: "client", keepAliveIntervalMs: 5, connectionWriteTimeoutMs: 20 });
    const stream = session.open();
    expect(await session.closed).toMatchObject({ code: "ERR_YAMUX_KEEPALIVE_TIMEOUT" });
    expect(stream.errored).toMatchObject({ code: "ERR_YAMUX_KEEPALIVE_TIMEOUT" });
  });
});

describe("going away", () => {
  test("goAway refuses new streams and leaves the old ones", async () => {
    const { session, peer } = await rawPeer();
    peer.window(1, syn);
    const stream = await session.accept();
    session.goAway();
    peer.data(3, "too late", syn);
    peer.data(1, "still here", fin);
    expect(await peer.quiesce()).toEqual(["window 1 ACK +0", "goAway 0", "window 3 RST +0"]);
    expect(await text(stream)).toBe("still here");
    expect(session.open().id).toBe(2);
  });

  test("the peer's goAway fails streams it was not told of, and no others", async () => {
    const { session, peer } = await rawPeer({ role: "client", acceptBacklog: 1 });
    const announced = session.open();
    const waiting = session.open();
    peer.send(FrameType.goAway, 0, 0, GoAwayCode.normal);
    await until(() => waiting.destroyed);
    expect(waiting.errored).toMatchObject({ code: "ERR_YAMUX_REMOTE_GOAWAY" });
    peer.data(1, "goes on", ack | fin);
    expect(await text(announced)).toBe("goes on");
  });

  test.each([
    [GoAwayCode.protocolError, "says that this side broke the protocol"],
    [GoAwayCode.internalError, "reports an internal error"],
    [99, "unknown code 99"],
  ])("the peer's goAway with code %i ends the session", async (code, message) => {
    const { session, peer } = await rawPeer();
    peer.send(FrameType.goAway, 0, 0, code);
    const reason = await session.closed;
    expect(reason).toMatchObject({ code: "ERR_YAMUX_REMOTE_ERROR" });
    expect(reason?.message).toContain(message);
  });
});

describe("close", () => {
  test("sends what was written, then ends the connection; streams and later calls fail", async () => {
    const { session, peer } = await rawPeer({ role: "client" });
    const stream = session.open();
    stream.write("last words");
    const open = session.open();
    const closed = session.close();
    expect(() => session.open()).toThrow(expect.objectContaining({ code: "ERR_YAMUX_SESSION_CLOSED" }));
    peer.socket.end();
    await closed;
    expect(await peer.next()).toBe("window 1 SYN +0");
    expect(await peer.next()).toBe("data 1 last words");
    expect(await peer.next()).toBe("window 3 SYN +0");
    expect(await peer.next()).toBe("end");
    expect(await session.closed).toBeUndefined();
    expect(open.errored).toMatchObject({ code: "ERR_YAMUX_SESSION_CLOSED" });
    expect(session.streams).toBe(0);
    await session.close();
    await expect(session.accept()).rejects.toMatchObject({ code: "ERR_YAMUX_SESSION_CLOSED" });
  });

  test("await using closes", async () => {
    const [near, far] = await socketPair();
    far.resume().on("end", () => far.end());
    {
      await using session = new Session(near, { role: "client" });
      session.open();
    }
    expect(near.destroyed).toBe(true);
  });

  test("a peer that takes nothing holds it up for connectionWriteTimeoutMs at most", async () => {
    const [near, far] = await socketPair();
    onTestFinished(() => {
      far.destroy();
    });
    const session = new Session(near, { role: "client", connectionWriteTimeoutMs: 20 });
    for (let count = 0; count < 10; count++) session.open().write(Buffer.alloc(200_000));
    await until(() => near.writableNeedDrain);
    await session.close();
    expect(near.destroyed).toBe(true);
  });

  test("a session over a connection that is gone is over", async () => {
    const [near, far] = await socketPair();
    far.destroy();
    near.destroy();
    await once(near, "close");
    const session = new Session(near, { role: "client" });
    expect(await session.closed).toMatchObject({ code: "ERR_YAMUX_CONNECTION_LOST" });
    expect(() => session.open()).toThrow(expect.objectContaining({ code: "ERR_YAMUX_CONNECTION_LOST" }));
  });
});
