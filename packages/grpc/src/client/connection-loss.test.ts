import { once } from "node:events";
import net from "node:net";
import { Duplex } from "node:stream";
import { describe, expect, test } from "vitest";
import { data, end, endHeaders, headers, responseFields, settings } from "../http2/test-support.js";
import { Server } from "../server/server.js";
import { Status } from "../status/status.js";
import {
  collect,
  deferred,
  duplexPair,
  echo,
  listen,
  pair,
  type TextClient,
  textService,
  until,
} from "../testing/pair.js";
import { Channel } from "./channel.js";
import { createClient } from "./client.js";

const unavailable = {
  code: Status.UNAVAILABLE,
  details: expect.stringMatching(/^connection error: ./),
  cause: expect.any(Error),
};

const kinds: [string, (client: TextClient) => Promise<unknown>][] = [
  ["unary", (client) => client.unary("request")],
  ["serverStream", (client) => collect(client.serverStream("a b c"))],
  ["clientStream", (client) => client.clientStream(["a", "b", "c"])],
  ["bidi", (client) => collect(client.bidi(["a", "b", "c"]))],
];

/** A connection to a server that is cut after this many bytes in one direction. */
function cutter(server: Server) {
  const sockets = new Set<net.Socket>();
  let cut = { up: Number.POSITIVE_INFINITY, down: Number.POSITIVE_INFINITY };
  const passed = { up: 0, down: 0 };
  const onSocket = (client: net.Socket, path: string) => {
    const upstream = net.connect(path);
    const ends = [client, upstream];
    const end = () => {
      for (const socket of ends) socket.destroy();
    };
    for (const socket of ends) {
      sockets.add(socket);
      socket.on("error", end).on("close", end);
    }
    const { ...limit } = cut;
    Object.assign(passed, { up: 0, down: 0 });
    const forward = (from: net.Socket, to: net.Socket, direction: "up" | "down") => {
      if (limit[direction] === 0) end();
      from.on("data", (chunk: Buffer) => {
        const room = limit[direction] - passed[direction];
        passed[direction] += chunk.length;
        if (chunk.length < room) to.write(chunk);
        else to.write(chunk.subarray(0, room), end);
      });
    };
    forward(client, upstream, "up");
    forward(upstream, client, "down");
  };
  return {
    passed,
    set(limits: Partial<typeof cut>) {
      cut = { up: Number.POSITIVE_INFINITY, down: Number.POSITIVE_INFINITY, ...limits };
    },
    async listen() {
      const target = await listen((socket) => server.handle(socket));
      const proxy = await listen((socket) => onSocket(socket, target.path));
      return {
        path: proxy.path,
        async close() {
          for (const socket of sockets) socket.destroy();
          await proxy.close();
          await target.close();
        },
      };
    },
  };
}

describe.each(kinds)("%s", (_kind, call) => {
  test.each(["up", "down"] as const)(
    "cut after any number of bytes %sstream is UNAVAILABLE, and the next call works",
    async (direction) => {
      const server = new Server();
      server.addService(textService, echo);
      const cut = cutter(server);
      const proxy = await cut.listen();
      const channel = new Channel(() => net.connect(proxy.path));
      const client = createClient(channel, textService);
      const expected = await call(client);
      const total = cut.passed[direction];
      expect(total).toBeGreaterThan(50);
      channel.destroy();
      for (let bytes = 0; bytes <= total; bytes += bytes < 40 ? 1 : 3) {
        cut.set({ [direction]: bytes });
        const cutChannel = new Channel(() => net.connect(proxy.path));
        const cutClient = createClient(cutChannel, textService);
        const result = await call(cutClient).catch((error) => error);
        // The call may have ended just before.
        if (result instanceof Error) expect(result).toMatchObject(unavailable);
        else expect(result).toEqual(expected);
        if (bytes < total / 2) expect(result).toBeInstanceOf(Error);
        cut.set({});
        // Otherwise its connection may be about to be cut.
        if (result instanceof Error) expect(await call(cutClient)).toEqual(expected);
        await cutChannel.close();
      }
      await server.close();
      await proxy.close();
    },
  );

  test("over a server that is stopped is UNAVAILABLE, and the handlers are told", async () => {
    const aborted: unknown[] = [];
    const started = deferred();
    const wait = (signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          aborted.push(signal.reason);
          reject(signal.reason);
        });
        started.resolve();
      });
    await using p = await pair({
      unary: (_request, { signal }) => wait(signal),
      async *serverStream(_request, { signal }) {
        yield "first";
        await wait(signal);
      },
      clientStream: (_requests, { signal }) => wait(signal),
      async *bidi(_requests, { signal }) {
        yield "first";
        await wait(signal);
      },
    });
    const result = call(p.client);
    void started.promise.then(() => p.server.destroy());
    await expect(result).rejects.toMatchObject(unavailable);
    await until(() => aborted.length > 0);
    expect(aborted).toMatchObject([{ code: Status.CANCELLED, details: "the connection to the client is lost" }]);
    expect(p.errors).toEqual([]);
  });
});

describe("a connection that cannot be made", () => {
  const connectionError = new Error("no route");

  test.each<[string, () => Duplex | Promise<Duplex>, string]>([
    [
      "dial throws",
      () => {
        throw connectionError;
      },
      "no route",
    ],
    ["dial rejects", () => Promise.reject(connectionError), "no route"],
    [
      "dial rejects with what cannot be shown",
      () => Promise.reject(Object.create(null)),
      "a value that cannot be shown",
    ],
    ["nobody listens", () => net.connect("/nonexistent/socket"), "connect ENOENT /nonexistent/socket"],
    ["the Duplex is destroyed", () => new Duplex().destroy(), "the stream to the server is destroyed already"],
    ["the Duplex is destroyed with an error", () => new Duplex().destroy(connectionError), "no route"],
    ["the Duplex fails at once", () => failing(connectionError), "no route"],
    ["the peer closes at once", () => closing(), "the peer closed the connection"],
    ["the peer has closed before", () => closed(), "the peer closed the connection"],
    [
      "the peer does not speak HTTP/2",
      () => answering("HTTP/1.1 400 Bad Request\r\n\r\n"),
      'it began with "HTTP/1.1 "',
    ],
  ])("%s: UNAVAILABLE, and dialed again by the next call", async (_what, dial, text) => {
    let dials = 0;
    const channel = new Channel(() => {
      dials++;
      return dial();
    });
    const client = createClient(channel, textService);
    const status = { code: Status.UNAVAILABLE, details: expect.stringContaining(text), cause: expect.any(Error) };
    await expect(client.unary("x")).rejects.toMatchObject(status);
    expect(dials).toBe(1);
    await expect(collect(client.bidi(["x"]))).rejects.toMatchObject(status);
    expect(dials).toBe(2);
    await expect(channel.connect()).rejects.toMatchObject(status);
    expect(dials).toBe(3);
    // Concurrent calls share the fate of their connection.
    await Promise.allSettled([client.unary("x"), client.unary("x"), channel.connect()]);
    expect(dials).toBe(4);
    await channel.close();
  });

  function failing(error: Error): Duplex {
    const duplex = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
    setImmediate(() => duplex.destroy(error));
    return duplex;
  }

  function closing(): Duplex {
    const [mine, its] = duplexPair();
    its.destroy();
    return mine;
  }

  async function closed(): Promise<Duplex> {
    const [mine, its] = duplexPair();
    its.end();
    await once(mine.resume(), "end");
    return mine;
  }

  function answering(text: string): Duplex {
    const [mine, its] = duplexPair();
    its.resume();
    its.end(text);
    return mine;
  }
});

test("a Duplex that is still connecting is waited for", async () => {
  const dialed = deferred<Duplex>();
  const server = new Server();
  server.addService(textService, echo);
  const channel = new Channel(() => dialed.promise);
  const client = createClient(channel, textService);
  const calls = [
    client.unary("a"),
    client.clientStream(["a", "b"]),
    collect(client.bidi(["x".repeat(1e6), "b"])).then((all) => all.length),
  ];
  const connected = channel.connect();
  const [mine, its] = duplexPair();
  setImmediate(() => {
    server.handle(its);
    dialed.resolve(mine);
  });
  expect(await Promise.all(calls)).toEqual(["a", "a b", 2]);
  await connected;
  await channel.close();
  await server.close();
});

test("responses that came before a write failed are read", async () => {
  let second: Promise<unknown> | undefined;
  const listener = await listen((socket) => {
    socket.once("data", () => {
      const answer = data(1, Buffer.concat([Buffer.from([0, 0, 0, 0, 5]), Buffer.from("hello")]));
      const trailers = headers(1, { "grpc-status": "0" }, endHeaders | end);
      socket.write(Buffer.concat([settings(), headers(1, responseFields), answer, trailers]));
      socket.destroy();
      // Its request is written before this process comes to read the answer to the first.
      second = client.unary("second").catch((error) => error);
    });
  });
  const channel = new Channel(() => net.connect(listener.path));
  const client = createClient(channel, textService);
  expect(await client.unary("first")).toBe("hello");
  expect(await second).toMatchObject(unavailable);
  await channel.close();
  await listener.close();
});
