import http2 from "node:http2";
import net from "node:net";
import { Duplex } from "node:stream";
import { describe, expect, test } from "vitest";
import { Channel } from "../client/channel.js";
import { createClient } from "../client/client.js";
import { Status } from "../status/status.js";
import {
  collect,
  deferred,
  duplexPair,
  echo,
  listen,
  pair,
  type Transport,
  textService,
  until,
} from "../testing/pair.js";
import { Server } from "./server.js";

const transports: Transport[] = ["socket", "duplex"];

/** A handler that ends when the test releases it. */
function gate() {
  const started = deferred();
  const go = deferred();
  const unary = async (request: string) => {
    started.resolve();
    await go.promise;
    return request;
  };
  return { started: started.promise, open: () => go.resolve(), implementation: { unary } };
}

describe.each(transports)("over a %s", (transport) => {
  test("close() of the channel lets calls in flight finish and refuses new ones", async () => {
    const { started, open, implementation } = gate();
    await using p = await pair(implementation, { transport });
    const call = p.client.unary("x");
    await started;
    let closed = false;
    const closing = p.channel.close().then(() => {
      closed = true;
    });
    const status = { code: Status.CANCELLED, details: "the channel is closed" };
    await expect(p.client.unary("late")).rejects.toMatchObject(status);
    await expect(collect(p.client.bidi(["late"]))).rejects.toMatchObject(status);
    await expect(p.channel.connect()).rejects.toMatchObject(status);
    expect(closed).toBe(false);
    open();
    expect(await call).toBe("x");
    await closing;
    await p.channel.close();
    expect(p.dialed[0]!.destroyed).toBe(true);
  });

  test("destroy() of the channel fails calls in flight", async () => {
    const { started, open, implementation } = gate();
    await using p = await pair(implementation, { transport });
    const call = p.client.unary("x");
    await started;
    const cause = new Error("the plugin is killed");
    p.channel.destroy(cause);
    await expect(call).rejects.toMatchObject({
      code: Status.UNAVAILABLE,
      details: "connection error: the plugin is killed",
      cause,
    });
    await expect(p.client.unary("x")).rejects.toMatchObject({ code: Status.UNAVAILABLE, cause });
    await expect(p.channel.connect()).rejects.toMatchObject({ code: Status.UNAVAILABLE, cause });
    open();
  });

  test("close() of the server lets calls in flight finish, and the client dials again", async () => {
    const { started, open, implementation } = gate();
    await using p = await pair(implementation, { transport });
    const call = p.client.unary("x");
    await started;
    let closed = false;
    const closing = p.server.close().then(() => {
      closed = true;
    });
    // It crosses the GOAWAY.
    const crossing = p.client.unary("late");
    let error: unknown;
    while (p.dialed.length === 1) error = await p.client.clientStream(["x"]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: Status.UNAVAILABLE });
    expect(closed).toBe(false);
    open();
    expect(await Promise.all([call, crossing])).toEqual(["x", "late"]);
    await closing;
    await p.server.close();
  });

  test("close() of a server with idle connections ends them", async () => {
    await using p = await pair({}, { transport });
    await p.client.unary("x");
    await p.server.close();
    await until(() => p.dialed[0]!.destroyed);
  });

  test("destroy() of a server ends the calls that close() waits for", async () => {
    const { started, open, implementation } = gate();
    await using p = await pair(implementation, { transport });
    const call = p.client.unary("x");
    const stream = p.client.bidi(neverEnding())[Symbol.asyncIterator]();
    await stream.next();
    await started;
    const closing = p.server.close();
    p.server.destroy();
    await expect(call).rejects.toMatchObject({ code: Status.UNAVAILABLE });
    await expect(stream.next()).rejects.toMatchObject({ code: Status.UNAVAILABLE });
    // Without the handler, which does not listen to its signal.
    await closing;
    open();
  });

  test("close() of a server with an open bidi waits for it", async () => {
    const ended = deferred();
    await using p = await pair({}, { transport });
    async function* requests() {
      yield "a";
      await ended.promise;
      yield "b";
    }
    const got: string[] = [];
    const call = (async () => {
      for await (const response of p.client.bidi(requests())) got.push(response);
    })();
    await until(() => got.length === 1);
    const closing = p.server.close();
    ended.resolve();
    await call;
    await closing;
    expect(got).toEqual(["a", "b"]);
  });

  test("close() of both ends at the same time", async () => {
    await using p = await pair({}, { transport });
    await p.client.unary("x");
    await Promise.all([p.channel.close(), p.server.close()]);
  });
});

async function* neverEnding(): AsyncGenerator<string> {
  yield "first";
  await new Promise(() => {});
}

test("calls in flight are served when a server closes", async () => {
  const { started, open, implementation } = gate();
  let late = 0;
  await using p = await pair({ ...implementation, clientStream: () => `${++late}` });
  const held = p.client.unary("held");
  await started;
  const closing = p.server.close();
  // The GOAWAY has not been read yet.
  const calls = Array.from({ length: 10 }, (_, i) => p.client.clientStream([`${i}`]));
  const results = await Promise.allSettled(calls);
  open();
  await held;
  await closing;
  for (const result of results) expect(result).toMatchObject({ status: "fulfilled" });
  expect(late).toBe(10);
});

test("a channel that is closed while it dials", async () => {
  const dialed = deferred<ReturnType<typeof duplexPair>[0]>();
  const channel = new Channel(() => dialed.promise);
  const client = createClient(channel, textService);
  const server = new Server();
  server.addService(textService, echo);
  const call = client.unary("x");
  const closing = channel.close();
  const [mine, its] = duplexPair();
  server.handle(its);
  dialed.resolve(mine);
  expect(await call).toBe("x");
  await closing;
  expect(mine.destroyed).toBe(true);
  await server.close();
});

test("a channel destroyed while it dials destroys the new connection", async () => {
  const dialed = deferred<ReturnType<typeof duplexPair>[0]>();
  const channel = new Channel(() => dialed.promise);
  const call = createClient(channel, textService).unary("x");
  const connected = channel.connect();
  channel.destroy();
  const failed = { code: Status.UNAVAILABLE, details: "connection error: the channel was destroyed" };
  await expect(call).rejects.toMatchObject(failed);
  await expect(connected).rejects.toMatchObject(failed);
  await channel.close();
  const [mine] = duplexPair();
  dialed.resolve(mine);
  await until(() => mine.destroyed);
});

test("a channel that was never used is closed at once", async () => {
  const channel = new Channel(() => {
    throw new Error("not dialed");
  });
  await channel.close();
  channel.destroy();
});

test("a closed server refuses connections", async () => {
  const server = new Server();
  await server.close();
  const [, its] = duplexPair();
  server.handle(its);
  expect(its.destroyed).toBe(true);
});

test("connections that come and go leave nothing behind", async () => {
  await using p = await pair({});
  for (let i = 0; i < 50; i++) p.dial().destroy();
  const sessions = Array.from({ length: 20 }, () =>
    http2.connect("http://localhost", { createConnection: () => p.dial() }),
  );
  for (const session of sessions) session.on("error", () => {}).destroy();
  expect(await p.client.unary("x")).toBe("x");
});

describe("a peer that does not end its side", () => {
  // SETTINGS without any setting.
  const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
  const preface = Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), settings]);

  test("does not hold up close() of a server", async () => {
    const server = new Server();
    const listener = await listen((socket) => server.handle(socket));
    const peer = net.connect({ path: listener.path, allowHalfOpen: true });
    const ended = new Promise((resolve) => peer.on("end", resolve));
    peer.write(preface);
    await new Promise((resolve) => peer.once("data", resolve));
    peer.resume();
    await server.close();
    await ended;
    peer.destroy();
    await listener.close();
  });

  test("does not hold up close() of a channel", async () => {
    const peers: net.Socket[] = [];
    const directory = await listen(() => {});
    const listener = net.createServer({ allowHalfOpen: true }, (socket) => {
      peers.push(socket.on("error", () => {}).resume());
      socket.write(settings);
    });
    await new Promise<void>((resolve) => listener.listen(`${directory.path}2`, resolve));
    const channel = new Channel(() => net.connect(`${directory.path}2`));
    await channel.connect();
    await channel.close();
    for (const peer of peers) peer.destroy();
    await new Promise((resolve) => listener.close(resolve));
    await directory.close();
  });
});

test.each(["client", "server"])("the %s closes in the moment in which its peer ends", async (side) => {
  const server = new Server();
  server.addService(textService, echo);
  const [mine, its] = duplexPair();
  server.handle(its);
  const channel = new Channel(() => mine);
  expect(await createClient(channel, textService).unary("x")).toBe("x");
  const [own, other] = side === "client" ? [mine, its] : [its, mine];
  const closed = new Promise<void>((resolve) => {
    own.on("end", () => resolve(side === "client" ? channel.close() : server.close()));
  });
  other.end();
  await closed;
  await Promise.all([channel.close(), server.close()]);
});

test("a connection whose peer has ended is dropped, even if its own end does not leave", async () => {
  const server = new Server();
  const duplex = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done(), final() {} });
  server.handle(duplex);
  duplex.push(null);
  await until(() => duplex.destroyed);
  await server.close();
});
