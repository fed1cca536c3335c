import { once } from "node:events";
import { connect, createServer, type Server as NetServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex, PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { gob } from "@go-plugin/gob";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Request, Response } from "./headers.js";
import { createRpcClient, method, type RpcClient, RpcConnection, RpcServer, type RpcServerOptions } from "./index.js";

const Arith = {
  Add: method(gob.struct("Args", { A: gob.int, B: gob.int }), gob.int),
  Wait: method(gob.string, gob.string),
  Fail: method(gob.string, gob.string),
  Blob: method(gob.bytes, gob.bytes),
  Anything: method(gob.interface(), gob.interface()),
};

type Arithmetic = RpcClient<typeof Arith>;

const opened: { close?(): unknown; destroy?(): unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) (one.destroy ?? one.close)?.call(one);
});

let paths = 0;
async function start(options: RpcServerOptions = {}) {
  const gates = new Map<string, () => void>();
  const signals: AbortSignal[] = [];
  const anything = { run: (value: unknown): unknown => (value === "unsendable" ? () => {} : value) };
  const server = new RpcServer(options);
  server.addService("Arith", Arith, {
    add: ({ A, B }) => A + B,
    async wait(name, { signal }) {
      signals.push(signal);
      await new Promise<void>((resolve) => gates.set(name, resolve));
      return name;
    },
    fail(text) {
      throw new Error(text);
    },
    blob: (bytes) => bytes,
    anything: (value) => anything.run(value),
  });
  const path = join(tmpdir(), `netrpc-${process.pid}-${paths++}`);
  const sockets: Socket[] = [];
  const listener: NetServer = createServer((socket) => {
    sockets.push(socket);
    server.handle(socket);
  }).listen(path);
  await once(listener, "listening");
  const socket = connect(path);
  const client = new RpcConnection(socket);
  opened.push(client, { close: () => listener.close() }, server);
  return { client, arith: createRpcClient(client, "Arith", Arith), socket, sockets, gates, signals, path, anything };
}

/** A connection whose other end is written and read by hand. */
function byHand() {
  const [incoming, outgoing] = [new PassThrough(), new PassThrough()];
  return { connection: Duplex.from({ readable: incoming, writable: outgoing }), incoming, outgoing };
}

describe("calls", () => {
  test("arguments and replies", async () => {
    const { arith } = await start();
    expect(await arith.add({ A: 2, B: 40 })).toBe(42);
    expect(await arith.add({ A: -1, B: 1 })).toBe(0);
  });

  test("any number at once, answered out of order", async () => {
    const { arith, gates } = await start();
    const order: string[] = [];
    const calls = ["a", "b", "c"].map((name) => arith.wait(name).then((reply) => order.push(reply)));
    await vi.waitFor(() => expect(gates.size).toBe(3));
    for (const name of ["c", "a", "b"]) {
      const before = order.length;
      gates.get(name)!();
      await vi.waitFor(() => expect(order.length).toBe(before + 1));
    }
    await Promise.all(calls);
    expect(order).toEqual(["c", "a", "b"]);
  });

  test("a thousand in one tick leave in few writes", async () => {
    const { arith, socket } = await start();
    const write = vi.spyOn(socket as { _writev: (...args: never[]) => void }, "_writev");
    const sums = await Promise.all(Array.from({ length: 1_000 }, (_, index) => arith.add({ A: index, B: 1 })));
    expect(sums).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
    expect(write.mock.calls.length).toBeLessThan(10);
  });

  test("a method may return any thenable", async () => {
    const { arith, anything } = await start();
    // biome-ignore lint/suspicious/noThenProperty: what is tested
    anything.run = () => ({ then: (done: (value: unknown) => void) => done("later") });
    expect(await arith.anything(null)).toBe("later");
  });

  test("large byte slices", async () => {
    const { arith } = await start();
    const bytes = new Uint8Array(8 << 20).fill(7);
    expect(Buffer.compare(await arith.blob(bytes), bytes)).toBe(0);
  });
});

describe("errors leave the connection usable", () => {
  test.each([
    ["a method's error", "fail", "broken", /^broken$/],
    ["an error without text", "fail", "", /^Error$/],
  ])("%s", async (_, __, text, message) => {
    const errors: unknown[] = [];
    const { arith } = await start({ onError: (error) => errors.push(error) });
    await expect(arith.fail(text)).rejects.toMatchObject({
      code: "ERR_RPC_SERVER",
      message: expect.stringMatching(message),
    });
    expect(errors).toHaveLength(1);
    expect(await arith.add({ A: 1, B: 1 })).toBe(2);
  });

  test.each([
    ["an error that was decoded", Object.assign(Object.create(null), { Message: "no tea" }), "no tea"],
    ["an Error without a text of its own", Object.assign(new TypeError(), { message: { deep: true } }), "TypeError"],
    ["an object without a prototype", Object.create(null), "unknown error"],
    ["an object", { code: 7 }, "[object Object]"],
    ["a string", "broken", "broken"],
    ["undefined", undefined, "undefined"],
    ["a symbol", Symbol("x"), "Symbol(x)"],
    ["an empty string", "", "unknown error"],
  ])("whatever is thrown, such as %s, also when reporting it fails", async (_, thrown, message) => {
    const fails = () => {
      throw new Error("no disk to log to");
    };
    const { arith, anything } = await start({ onError: fails });
    anything.run = () => {
      throw thrown;
    };
    await expect(arith.anything(null)).rejects.toMatchObject({ code: "ERR_RPC_SERVER", message });
    expect(await arith.add({ A: 1, B: 1 })).toBe(2);
  });

  test.each([
    ["Nope.Add", "rpc: can't find service Nope.Add"],
    ["Arith.Nope", "rpc: can't find method Arith.Nope"],
    ["Add", "rpc: service/method request ill-formed: Add"],
  ])("unknown %s, in Go's words", async (name, message) => {
    const { client, arith } = await start();
    await expect(client.call(name, Arith.Add, { A: 1, B: 1 })).rejects.toMatchObject({
      code: "ERR_RPC_SERVER",
      message,
    });
    expect(await arith.add({ A: 1, B: 1 })).toBe(2);
  });

  test("a nil interface for an unknown method is skipped", async () => {
    const { client, arith } = await start();
    await expect(client.call("Arith.Nope", Arith.Anything, null)).rejects.toThrow("can't find method");
    expect(await arith.add({ A: 1, B: 1 })).toBe(2);
  });

  test("an argument of another type than the server's", async () => {
    const { client, arith } = await start();
    await expect(client.call("Arith.Add", method(gob.string, gob.int), "x")).rejects.toMatchObject({
      code: "ERR_RPC_SERVER",
    });
    expect(await arith.add({ A: 1, B: 1 })).toBe(2);
  });

  test("a reply of another type than the client's", async () => {
    const { client, arith } = await start();
    const wrong = method(Arith.Add.args, gob.string);
    await expect(client.call("Arith.Add", wrong, { A: 1, B: 1 })).rejects.toMatchObject({ code: "ERR_RPC_REPLY" });
    expect(await arith.add({ A: 1, B: 1 })).toBe(2);
  });

  test("an argument that cannot be sent", async () => {
    const { arith } = await start();
    await expect(arith.add({ A: 1.5, B: 1 })).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_GOB/) });
    expect(await arith.add({ A: 1, B: 1 })).toBe(2);
  });

  test("an argument that is nested deeper than the connection allows", async () => {
    const { path } = await start();
    const client = new RpcConnection(connect(path), { maxDepth: 2 });
    opened.push(client);
    const arith = createRpcClient(client, "Arith", Arith);
    await expect(arith.anything([[["deep"]]])).rejects.toMatchObject({ code: "ERR_GOB_LIMIT" });
    expect(await arith.add({ A: 1, B: 1 })).toBe(2);
  });

  test("a reply that cannot be sent is an error for its caller", async () => {
    const { arith } = await start();
    await expect(arith.anything("unsendable")).rejects.toMatchObject({ code: "ERR_RPC_SERVER" });
    expect(await arith.anything("sendable")).toBe("sendable");
  });
});

describe("an error of a call", () => {
  // Go's errors have no stack; a JavaScript one is of no use without the function that made the call.
  test.each([
    ["fail", "ERR_RPC_SERVER", (arith: Arithmetic) => arith.fail("broken")],
    [
      "add",
      "ERR_RPC_CONNECTION",
      (arith: Arithmetic, socket: Socket) => {
        const call = arith.add({ A: 1, B: 1 });
        socket.destroy();
        return call;
      },
    ],
  ] as const)("names the method, and shows the caller's frames: %s", async (name, code, make) => {
    const { arith, socket } = await start();
    const userFunction = async () => await make(arith, socket);
    const error = await userFunction().then(
      () => undefined,
      (error: Error) => error,
    );
    expect(error).toMatchObject({ code, method: `Arith.${name.charAt(0).toUpperCase()}${name.slice(1)}` });
    expect(error!.stack).toContain("userFunction");
  });

  test("of a reply that does not fit has them too", async () => {
    const { client } = await start();
    const userFunction = async () => await client.call("Arith.Add", method(Arith.Add.args, gob.string), { A: 1, B: 1 });
    const error = await userFunction().then(
      () => undefined,
      (error: Error) => error,
    );
    expect(error).toMatchObject({ code: "ERR_RPC_REPLY", method: "Arith.Add" });
    expect(error!.message).toContain("Arith.Add: reading body gob: string: expected string, got int");
    expect(error!.stack).toContain("userFunction");
  });

  test.each([undefined, () => {}])(
    "names the method whose reply cannot be encoded, to the caller and to onError: %s",
    async (reply) => {
      const onError = vi.fn();
      const { anything, client } = await start({ onError });
      anything.run = () => reply;
      const call = client.call("Arith.Anything", Arith.Anything, 1);
      if (reply === undefined) {
        expect(await call).toBeNull(); // a nil interface
        return;
      }
      await expect(call).rejects.toThrow("the reply of Arith.Anything does not fit its schema");
      expect(onError).toHaveBeenCalledWith(
        expect.objectContaining({ message: expect.stringContaining("Arith.Anything") }),
        "Arith.Anything",
      );
    },
  );

  test("is known across copies of this package", async () => {
    const { arith, client } = await start();
    const copy = await import("./service/errors.js?copy" as string);
    const served = await arith.fail("x").catch((error: unknown) => error);
    expect([copy.isRpcServerError(served), copy.isRpcConnectionError(served), copy.isRpcReplyError(served)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(served instanceof copy.RpcServerError).toBe(false);
    client.close();
    expect(copy.isRpcConnectionError(await arith.add({ A: 1, B: 1 }).catch((error: unknown) => error))).toBe(true);
  });
});

describe("cancellation", () => {
  test("an aborted call ends at once, its late reply is dropped, and the connection goes on", async () => {
    const { arith, gates } = await start();
    const abort = new AbortController();
    const call = arith.wait("x", { signal: abort.signal });
    await vi.waitFor(() => expect(gates.size).toBe(1));
    abort.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
    gates.get("x")!();
    expect(await arith.add({ A: 1, B: 1 })).toBe(2);
  });

  test("a signal that was aborted before sends nothing", async () => {
    const { arith, socket } = await start();
    const write = vi.spyOn(socket, "write");
    await expect(arith.add({ A: 1, B: 1 }, { signal: AbortSignal.abort(new Error("no")) })).rejects.toThrow("no");
    expect(write).not.toHaveBeenCalled();
  });
});

describe("the end of a connection", () => {
  test("fails the calls that wait, and all later ones", async () => {
    const { arith, client, sockets, gates } = await start();
    const call = arith.wait("x");
    call.catch(() => {});
    await vi.waitFor(() => expect(gates.size).toBe(1));
    sockets[0]!.destroy();
    await expect(call).rejects.toMatchObject({ code: "ERR_RPC_CONNECTION" });
    await client.closed;
    await expect(arith.add({ A: 1, B: 1 })).rejects.toMatchObject({ code: "ERR_RPC_CONNECTION" });
  });

  test("fails a call whose reply has begun: its header has come, and its body never does", async () => {
    const duplex = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
    const call = new RpcConnection(duplex).call("Arith.Wait", Arith.Wait, "a");
    duplex.push(new gob.Encoder().write(Response, { ServiceMethod: "Arith.Wait", Seq: 0n, Error: "" }).take());
    await setImmediate();
    duplex.push(null);
    await expect(call).rejects.toThrow("Arith.Wait: unexpected EOF");
  });

  test("aborts the methods that run for nobody", async () => {
    const { arith, client, signals } = await start();
    arith.wait("x").catch(() => {});
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    client.destroy();
    await vi.waitFor(() => expect(signals[0]!.aborted).toBe(true));
  });

  test("close sends what was called before, and says that it was closed", async () => {
    const { arith, client } = await start();
    const call = arith.add({ A: 1, B: 1 });
    client.close();
    await expect(call).rejects.toThrow("connection is shut down");
  });

  test.each([
    ["garbage", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
    ["another type than a header", gob.encode(gob.string, "hello")],
    ["half a message", gob.encode(gob.string, "hello").subarray(0, 4)],
  ])("%s from a client ends its connection alone", async (_, bytes) => {
    const { arith, path } = await start();
    const stranger = connect(path);
    stranger.end(bytes);
    stranger.resume();
    await once(stranger, "close");
    expect(await arith.add({ A: 1, B: 1 })).toBe(2);
  });

  test.each([
    ["garbage", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
    ["half a message", gob.encode(gob.string, "hello").subarray(0, 4)],
  ])("calls in flight are answered before %s ends their connection", async (_, bytes) => {
    const { connection, incoming, outgoing } = byHand();
    const server = new RpcServer();
    let answer = (_: string) => {};
    const wait = () => new Promise<string>((resolve) => (answer = resolve));
    server.addService("S", { Wait: method(gob.string, gob.string) }, { wait });
    server.handle(connection);
    const encoder = new gob.Encoder();
    incoming.write(encoder.encode(Request, { ServiceMethod: "S.Wait", Seq: 0n }));
    incoming.write(encoder.encode(gob.string, "x"));
    incoming.end(bytes);
    await once(connection, "end");
    answer("answered");
    const decoder = new gob.Decoder();
    decoder.push(await buffer(outgoing));
    expect(decoder.decode(Response)).toMatchObject({ ServiceMethod: "S.Wait", Error: "" });
    expect(decoder.decode(gob.string)).toBe("answered");
    expect(connection.destroyed).toBe(true);
  });

  test("requests that arrived before a caller's half-close are answered, also when replies had to wait", async () => {
    const encoder = new gob.Encoder();
    for (const Seq of [0n, 1n, 2n]) encoder.write(Request, { ServiceMethod: "S.Blob", Seq }).write(gob.int, 1);
    const written: Buffer[] = [];
    const connection = new Duplex({
      read() {},
      write(chunk, _, done) {
        written.push(chunk);
        process.nextTick(done);
      },
    });
    connection.push(encoder.take());
    connection.push(null);
    const server = new RpcServer();
    const blob = () => new Uint8Array(1 << 20);
    server.addService("S", { Blob: method(gob.int, gob.bytes) }, { blob });
    server.handle(connection);
    await once(connection, "close");
    const decoder = new gob.Decoder();
    for (const chunk of written) decoder.push(chunk);
    for (const Seq of [0n, 1n, 2n]) {
      expect(decoder.decode(Response)).toMatchObject({ Seq });
      expect(decoder.skip()).toBe(true);
    }
  });

  test.each([
    ["was destroyed", (duplex: Duplex) => duplex.destroy(), "close"],
    ["was ended by the other side", (duplex: Duplex) => duplex.resume().push(null), "end"],
    ["was ended on this side", (duplex: Duplex) => duplex.end(), "finish"],
  ] as const)("calls over a Duplex that %s fail", async (_, end, event) => {
    const duplex = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
    end(duplex);
    await once(duplex, event);
    const client = new RpcConnection(duplex);
    await expect(client.call("Arith.Add", Arith.Add, { A: 1, B: 1 })).rejects.toMatchObject({
      code: "ERR_RPC_CONNECTION",
    });
    await client.closed;
  });

  test("closed waits until what was sent has gone out", async () => {
    let sent = () => {};
    const duplex = new Duplex({ read() {}, write: (_chunk, _encoding, done) => (sent = done) });
    const client = new RpcConnection(duplex);
    const call = client.call("Arith.Add", Arith.Add, { A: 1, B: 1 });
    client.close();
    await expect(call).rejects.toThrow("connection is shut down");
    let closed = false;
    const closing = client.closed.then(() => {
      closed = true;
    });
    await setImmediate();
    expect(closed).toBe(false);
    sent();
    await closing;
  });

  test("a caller that half-closes still gets its replies", async () => {
    const server = new RpcServer();
    let go = () => {};
    server.addService(
      "S",
      { Wait: method(gob.string, gob.string) },
      {
        wait: (text) => new Promise<string>((resolve) => (go = () => resolve(text))),
      },
    );
    const path = join(tmpdir(), `netrpc-${process.pid}-${paths++}`);
    const listener = createServer({ allowHalfOpen: true }, (socket) => server.handle(socket)).listen(path);
    await once(listener, "listening");
    opened.push({ close: () => listener.close() }, server);
    const socket = connect({ path, allowHalfOpen: true });
    const client = new RpcConnection(socket);
    const call = client.call("S.Wait", method(gob.string, gob.string), "x");
    await new Promise(process.nextTick);
    socket.end();
    await vi.waitFor(() => expect(go.toString()).toContain("resolve"));
    go();
    expect(await call).toBe("x");
    await client.closed;
  });
});

test("requests of a client that reads no replies wait, even those that have arrived", async () => {
  let served = 0;
  const server = new RpcServer();
  server.addService(
    "S",
    { Blob: method(gob.int, gob.bytes) },
    {
      blob: () => {
        served++;
        return new Uint8Array(1 << 20);
      },
    },
  );
  const path = join(tmpdir(), `netrpc-${process.pid}-${paths++}`);
  let accepted: Socket | undefined;
  const listener = createServer((socket) => {
    accepted = socket;
    server.handle(socket);
  }).listen(path);
  await once(listener, "listening");
  const socket = connect(path);
  const client = new RpcConnection(socket);
  opened.push(client, { close: () => listener.close() }, server);
  socket.pause();
  const calls = Array.from({ length: 60 }, () => client.call("S.Blob", method(gob.int, gob.bytes), 1));
  await vi.waitFor(() => expect(accepted?.isPaused()).toBe(true));
  expect(served).toBeLessThan(20);
  socket.resume();
  expect((await Promise.all(calls)).every((blob) => blob.length === 1 << 20)).toBe(true);
  expect(served).toBe(60);
});

test("no more calls run at once than the server allows; the others wait, and none is lost", async () => {
  const { arith, gates } = await start({ maxConcurrentCalls: 2 });
  const names = ["a", "b", "c", "d", "e"];
  const calls = names.map((name) => arith.wait(name));
  for (let ended = 0; ended < names.length; ended++) {
    await vi.waitFor(() => expect(gates.size).toBe(Math.min(ended + 2, names.length)));
    gates.get(names[ended]!)!();
    expect(await calls[ended]).toBe(names[ended]);
  }
});

test("missing implementations are named", () => {
  const server = new RpcServer();
  expect(() => server.addService("Arith", Arith, {} as never)).toThrow("expected add in the implementation of Arith");
});
