import {
  Metadata as GrpcJsMetadata,
  type handleUnaryCall,
  type ServerUnaryCall,
  type ServerWritableStream,
} from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { Metadata } from "../headers/metadata.js";
import { Status } from "../status/status.js";
import { collect, deferred, pair, textService } from "../testing/pair.js";
import { fromGrpcJs, type GrpcJsHandlers } from "./index.js";

type Handlers = GrpcJsHandlers<typeof textService>;

const echo: Handlers = {
  unary: (call, callback) => callback(null, call.request),
  serverStream(call) {
    for (const word of call.request.split(" ")) call.write(word);
    call.end();
  },
  clientStream(call, callback) {
    const all: string[] = [];
    call.on("data", (message) => all.push(message));
    call.on("end", () => callback(null, all.join(" ")));
  },
  bidi(call) {
    call.on("data", (message) => call.write(message));
    call.on("end", () => call.end());
  },
};

const serve = (handlers: Partial<Handlers> = {}) => pair(fromGrpcJs(textService, { ...echo, ...handlers }));

test("handlers of all four kinds", async () => {
  await using p = await serve();
  expect(await p.client.unary("a")).toBe("a");
  expect(await collect(p.client.serverStream("a b c"))).toEqual(["a", "b", "c"]);
  expect(await p.client.clientStream(["a", "b"])).toBe("a b");
  expect(await collect(p.client.bidi(["a", "b", "c"]))).toEqual(["a", "b", "c"]);
});

test("the properties of a call", async () => {
  let seen: unknown;
  await using p = await serve({
    unary(call, callback) {
      const deadline = call.getDeadline();
      seen = { path: call.getPath(), text: call.metadata.get("x-text"), bytes: call.metadata.get("x-bin"), deadline };
      const headers = new GrpcJsMetadata();
      headers.set("x-header", "h");
      call.sendMetadata(headers);
      const trailers = new GrpcJsMetadata();
      trailers.set("x-trailer-bin", Buffer.from([1]));
      callback(null, "ok", trailers);
    },
  });
  const told: Metadata[] = [];
  const metadata = new Metadata({ "x-text": "t", "x-bin": Buffer.from([7]) });
  const onHeaders = (m: Metadata) => told.push(m);
  await p.client.unary("", { metadata, onHeaders, onTrailers: onHeaders });
  expect(seen).toEqual({
    path: "/test.Text/Unary",
    text: ["t"],
    bytes: [Buffer.from([7])],
    deadline: Number.POSITIVE_INFINITY,
  });
  expect([told[0]?.get("x-header"), told[1]?.get("x-trailer-bin")]).toEqual(["h", Buffer.from([1])]);
});

const trailers = new GrpcJsMetadata();
trailers.set("x-why", "because");

test.each<[string, Partial<Handlers>]>([
  ["callback", { unary: (_call, callback) => callback({ code: 5, details: "gone", metadata: trailers }) }],
  ["callback with trailers", { unary: (_call, callback) => callback({ code: 5, details: "gone" }, null, trailers) }],
  [
    "an error with a code",
    { unary: (_call, callback) => callback(Object.assign(new Error("gone"), { code: 5, metadata: trailers })) },
  ],
])("a status by %s", async (_name, handlers) => {
  await using p = await serve(handlers);
  const error = await p.client.unary("").catch((e) => e);
  expect([error.code, error.details, error.metadata.get("x-why")]).toEqual([Status.NOT_FOUND, "gone", "because"]);
});

test("an error that is emitted ends the stream after what was written", async () => {
  await using p = await serve({
    serverStream(call) {
      call.write("a");
      call.write("b");
      call.emit("error", { code: 10, details: "stop", metadata: trailers } as never);
    },
  });
  const received: string[] = [];
  const reading = (async () => {
    for await (const message of p.client.serverStream("")) received.push(message);
  })();
  await expect(reading).rejects.toMatchObject({ code: Status.ABORTED, details: "stop" });
  expect(received).toEqual(["a", "b"]);
});

test.each<[string, Partial<Handlers>]>([
  [
    "throws",
    {
      unary: () => {
        throw new Error("oops");
      },
    },
  ],
  [
    "is async and rejects",
    {
      unary: (async () => {
        throw new Error("oops");
      }) as unknown as handleUnaryCall<string, string>,
    },
  ],
  ["calls back with an error", { unary: (_call, callback) => callback(new Error("oops")) }],
])("a handler that %s: UNKNOWN, and reported", async (_name, handlers) => {
  await using p = await serve(handlers);
  await expect(p.client.unary("")).rejects.toMatchObject({ code: Status.UNKNOWN, details: "oops" });
  expect(p.errors).toMatchObject([{ message: "oops" }]);
});

test("a streaming handler that throws: UNKNOWN, and reported", async () => {
  await using p = await serve({
    bidi() {
      throw new Error("oops");
    },
  });
  await expect(collect(p.client.bidi([]))).rejects.toMatchObject({ code: Status.UNKNOWN, details: "oops" });
  expect(p.errors).toMatchObject([{ message: "oops" }]);
});

test("cancellation: the flag, the event, and an end of the stream", async () => {
  const unary = deferred<ServerUnaryCall<string, string>>();
  const stream = deferred<ServerWritableStream<string, string>>();
  await using p = await serve({ unary: (call) => unary.resolve(call), serverStream: (call) => stream.resolve(call) });
  const abort = new AbortController();
  const { signal } = abort;
  const calls = [p.client.unary("", { signal }), collect(p.client.serverStream("", { signal }))];
  const served = [await unary.promise, await stream.promise];
  expect(served.map((call) => call.cancelled)).toEqual([false, false]);
  const cancelled = served.map((call) => new Promise((resolve) => call.on("cancelled", resolve)));
  const closed = new Promise((resolve) => served[1]?.on("close", resolve as never));
  abort.abort();
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: Status.CANCELLED });
  await Promise.all([...cancelled, closed]);
  expect(served.map((call) => call.cancelled)).toEqual([true, true]);
  expect(p.errors).toEqual([]);
});

test("a writer waits for its reader", async () => {
  let written = 0;
  const total = 5_000;
  await using p = await serve({
    serverStream(call) {
      const write = () => {
        while (written < total) {
          written++;
          if (!call.write("x".repeat(10_000))) {
            call.once("drain", write);
            return;
          }
        }
        call.end();
      };
      write();
    },
  });
  const messages = p.client.serverStream("")[Symbol.asyncIterator]();
  await messages.next();
  let last = -1;
  for (let same = 0; same < 50; same++) {
    await p.client.unary("ping");
    if (written !== last) same = 0;
    last = written;
  }
  expect(written).toBeLessThan(total);
  let received = 1;
  while (!(await messages.next()).done) received++;
  expect(received).toBe(total);
});

test("handlers keep their object", async () => {
  class Service {
    readonly #greeting = "hello";
    readonly serverStream = echo.serverStream;
    readonly clientStream = echo.clientStream;
    readonly bidi = echo.bidi;
    unary(call: ServerUnaryCall<string, string>, callback: (error: null, value: string) => void) {
      callback(null, `${this.#greeting} ${call.request}`);
    }
  }
  await using p = await pair(fromGrpcJs(textService, new Service()));
  expect(await p.client.unary("you")).toBe("hello you");
});

test("a method without a handler is named at once", () => {
  const { bidi: _, ...rest } = echo;
  // @ts-expect-error bidi is missing
  expect(() => fromGrpcJs(textService, rest)).toThrow('no handler for /test.Text/Bidi: expected a function "bidi"');
});

test("the types of handlers follow the definition", () => {
  const handlers: Handlers = {
    ...echo,
    // @ts-expect-error the request is a string
    unary: (call, callback) => callback(null, call.request * 2),
  };
  expect(handlers).toBeDefined();
});
