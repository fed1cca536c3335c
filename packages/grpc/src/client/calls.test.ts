import { describe, expect, test } from "vitest";
import { Metadata } from "../headers/metadata.js";
import { Server } from "../server/server.js";
import { unimplemented } from "../server/unimplemented.js";
import type { CallContext } from "../service/call.js";
import { Status, StatusError } from "../status/status.js";
import {
  collect,
  deferred,
  echo,
  pair,
  type TextImplementation,
  type Transport,
  textService,
  until,
} from "../testing/pair.js";
import { createClient } from "./client.js";

const transports: Transport[] = ["socket", "duplex"];

const notFound = new StatusError(
  Status.NOT_FOUND,
  "nö such 100%\n",
  new Metadata({ a: ["1", "2"], "b-bin": Buffer.from([0, 255]) }),
);

async function* yields(...values: string[]): AsyncGenerator<string> {
  yield* values;
}

describe.each(transports)("calls over a %s", (transport) => {
  test("of all four kinds", async () => {
    await using p = await pair({}, { transport });
    expect(await p.client.unary("a")).toBe("a");
    expect(await collect(p.client.serverStream("a b c"))).toEqual(["a", "b", "c"]);
    expect(await p.client.clientStream(["a", "b", "c"])).toBe("a b c");
    expect(await p.client.clientStream(yields("a", "b"))).toBe("a b");
    expect(await collect(p.client.bidi(["a", "b", "c"]))).toEqual(["a", "b", "c"]);
    expect(p.dialed.length).toBe(1);
  });

  test("with empty messages and without any", async () => {
    await using p = await pair({ serverStream: () => [] }, { transport });
    expect(await p.client.unary("")).toBe("");
    expect(await collect(p.client.serverStream(""))).toEqual([]);
    expect(await p.client.clientStream([])).toBe("");
    expect(await collect(p.client.bidi(["", ""]))).toEqual(["", ""]);
    expect(await collect(p.client.bidi([]))).toEqual([]);
  });

  test("notify their handlers when the answers have left", async () => {
    const closed: Promise<void>[] = [];
    const keep = (context: CallContext) => closed.push(context.closed);
    const handlers: Partial<TextImplementation> = {
      unary: (request, context) => {
        keep(context);
        return request;
      },
      *serverStream(request, context) {
        keep(context);
        yield request;
      },
    };
    await using p = await pair(handlers, { transport });
    await p.client.unary("a");
    await collect(p.client.serverStream("b"));
    await Promise.all(closed);
    expect(closed).toHaveLength(2);
  });

  test("1000 at once", async () => {
    await using p = await pair({}, { transport });
    const requests = Array.from({ length: 1000 }, (_, i) => `${i}`);
    expect(await Promise.all(requests.map((request) => p.client.unary(request)))).toEqual(requests);
  });

  test("1000 open at once", async () => {
    const all = deferred();
    let open = 0;
    await using p = await pair(
      {
        async unary(request) {
          if (++open === 1000) all.resolve();
          await all.promise;
          return request;
        },
      },
      { transport },
    );
    const requests = Array.from({ length: 1000 }, (_, i) => `${i}`);
    expect(await Promise.all(requests.map((request) => p.client.unary(request)))).toEqual(requests);
  });

  test("bidi messages go back and forth", async () => {
    await using p = await pair({}, { transport });
    let answered = deferred();
    const client = p.client;
    async function* requests() {
      for (let i = 0; i < 100; i++) {
        yield `${i}`;
        await answered.promise;
        answered = deferred();
      }
    }
    let next = 0;
    for await (const response of client.bidi(requests())) {
      expect(response).toBe(`${next++}`);
      answered.resolve();
    }
    expect(next).toBe(100);
  });

  test("metadata, headers and trailers arrive", async () => {
    const seen: [string, unknown][] = [];
    const bytes = Buffer.from([0, 1, 254, 255]);
    const mark = (context: CallContext) => {
      seen.push([context.method, context.metadata.getAll("ask")]);
      seen.push(["ask-bin", context.metadata.getAll("ask-bin")]);
      context.trailers
        .set("trailer", context.method)
        .append("trailer-bin", bytes)
        .append("trailer-bin", Buffer.alloc(0));
    };
    const server: TextImplementation = {
      unary(request, context) {
        mark(context);
        context.sendHeaders(new Metadata({ header: "h", "header-bin": bytes }));
        context.sendHeaders(new Metadata({ header: "late" }));
        return request;
      },
      *serverStream(request, context) {
        mark(context);
        context.sendHeaders(new Metadata({ header: "h", "header-bin": bytes }));
        yield request;
      },
      async clientStream(requests, context) {
        mark(context);
        context.sendHeaders(new Metadata({ header: "h", "header-bin": bytes }));
        return echo.clientStream(requests, context);
      },
      async *bidi(requests, context) {
        mark(context);
        context.sendHeaders(new Metadata({ header: "h", "header-bin": bytes }));
        yield* requests;
      },
    };
    await using p = await pair(server, { transport });
    const calls = {
      "/test.Text/Unary": (options: object) => p.client.unary("x", options),
      "/test.Text/ServerStream": (options: object) => collect(p.client.serverStream("x", options)),
      "/test.Text/ClientStream": (options: object) => p.client.clientStream(["x"], options),
      "/test.Text/Bidi": (options: object) => collect(p.client.bidi(["x"], options)),
    };
    for (const [path, call] of Object.entries(calls)) {
      const got: Record<string, Metadata> = {};
      const metadata = new Metadata({ ask: ["1", "2"], "ask-bin": [bytes, Buffer.from("b")] });
      await call({
        metadata,
        onHeaders: (headers: Metadata) => Object.assign(got, { headers }),
        onTrailers: (trailers: Metadata) => Object.assign(got, { trailers }),
      });
      expect(seen.splice(0)).toEqual([
        [path, ["1", "2"]],
        ["ask-bin", [bytes, Buffer.from("b")]],
      ]);
      expect([...got.headers!]).toEqual([
        ["header", "h"],
        ["header-bin", bytes],
      ]);
      expect([...got.trailers!]).toEqual([
        ["trailer", path],
        ["trailer-bin", bytes],
        ["trailer-bin", Buffer.alloc(0)],
      ]);
    }
  });

  test("headers arrive before the first message", async () => {
    const go = deferred();
    await using p = await pair(
      {
        async *serverStream(request, context) {
          context.sendHeaders(new Metadata({ header: "h" }));
          await go.promise;
          yield request;
        },
      },
      { transport },
    );
    const onHeaders = () => go.resolve();
    expect(await collect(p.client.serverStream("x", { onHeaders }))).toEqual(["x"]);
  });

  test.each([
    ["before the response", notFound, []],
    ["within the stream", notFound, ["a", "b"]],
  ])("a status %s has its text and trailers", async (_when, error, before) => {
    await using p = await pair(
      {
        unary() {
          throw error;
        },
        async *serverStream(_request, context) {
          context.trailers.set("own", "x");
          yield* before;
          throw error;
        },
        clientStream: () => Promise.reject(error),
        async *bidi(requests) {
          for await (const _ of requests) break;
          yield* before;
          throw error;
        },
      },
      { transport },
    );
    const status = { code: Status.NOT_FOUND, details: "nö such 100%\n" };
    const trailers = [
      ["a", "1"],
      ["a", "2"],
      ["b-bin", Buffer.from([0, 255])],
    ];
    const unary = await p.client.unary("x").catch((thrown) => thrown);
    expect(unary).toMatchObject(status);
    expect([...unary.metadata]).toEqual(trailers);
    await expect(p.client.clientStream(["x"])).rejects.toMatchObject(status);
    const got: string[] = [];
    const stream = async () => {
      for await (const response of p.client.serverStream("x")) got.push(response);
    };
    const streamed = await stream().catch((thrown) => thrown);
    expect(streamed).toMatchObject(status);
    expect([...streamed.metadata]).toEqual([["own", "x"], ...trailers]);
    expect(got).toEqual(before);
    await expect(collect(p.client.bidi(["x"]))).rejects.toMatchObject(status);
    expect(p.errors).toEqual([]);
  });

  test.each(Object.entries(Status).filter(([, code]) => code !== Status.OK))(
    "status %s arrives",
    async (_name, code) => {
      await using p = await pair({ unary: () => Promise.reject(new StatusError(code, "text")) }, { transport });
      await expect(p.client.unary("x")).rejects.toMatchObject({ code, details: "text" });
    },
  );

  test("a handler's error is UNKNOWN, and reported", async () => {
    const broken = new TypeError("broken");
    await using p = await pair(
      {
        unary() {
          throw broken;
        },
        async *serverStream() {
          yield "a";
          throw broken;
        },
      },
      { transport },
    );
    await expect(p.client.unary("x")).rejects.toMatchObject({ code: Status.UNKNOWN, details: "broken" });
    await expect(collect(p.client.serverStream("x"))).rejects.toMatchObject({
      code: Status.UNKNOWN,
      details: "broken",
    });
    expect(p.errors).toEqual([broken, broken]);
  });

  test("64 MiB in both directions, and more in many messages", async () => {
    await using p = await pair({ serverStream: (request) => [request, request, request] }, { transport });
    const big = "x".repeat(64 * 1024 * 1024);
    expect((await p.client.unary(big)) === big).toBe(true);
    const part = big.slice(0, 8 * 1024 * 1024);
    expect((await collect(p.client.serverStream(part))).map((text) => text.length)).toEqual(Array(3).fill(part.length));
    expect((await p.client.clientStream([part, part, part])).length).toBe(3 * part.length + 2);
  });

  test("heavy traffic both ways at once", async () => {
    await using p = await pair({}, { transport });
    const message = "x".repeat(100_000);
    const requests = Array.from({ length: 20 }, () => message);
    const calls = Array.from({ length: 20 }, () => collect(p.client.bidi(requests)));
    for (const responses of await Promise.all(calls)) expect(responses).toEqual(requests);
  });

  test("an early response ends a client's stream", async () => {
    const left = deferred();
    await using p = await pair({ clientStream: () => "enough" }, { transport });
    async function* endless() {
      try {
        for (;;) yield "x".repeat(1000);
      } finally {
        left.resolve();
      }
    }
    expect(await p.client.clientStream(endless())).toBe("enough");
    await left.promise;
    // The connection stays usable.
    expect(await p.client.unary("next")).toBe("next");
    expect(p.dialed.length).toBe(1);
  });

  test("requests that throw fail the call, and cancel it at the server", async () => {
    const reached = deferred();
    const reason = deferred<unknown>();
    await using p = await pair(
      {
        async clientStream(requests) {
          try {
            for await (const _ of requests) reached.resolve();
          } catch (error) {
            reason.resolve(error);
            throw error;
          }
          return "unreachable";
        },
      },
      { transport },
    );
    async function* requests() {
      yield "a";
      await reached.promise;
      throw new RangeError("no more");
    }
    await expect(p.client.clientStream(requests())).rejects.toMatchObject({
      code: Status.UNKNOWN,
      details: "no more",
      cause: expect.any(RangeError),
    });
    expect(await reason.promise).toMatchObject({ code: Status.CANCELLED });
  });
});

describe("definitions", () => {
  test.each([
    ["/test.Text/None", "unknown method None for service test.Text"],
    ["/test.None/Unary", "unknown service test.None"],
    ["/Unary", 'malformed method name: "/Unary"'],
  ])("%s is UNIMPLEMENTED", async (path, details) => {
    await using p = await pair({});
    const client = createClient(p.channel, { unary: { ...textService.unary, path } });
    await expect(client.unary("x")).rejects.toMatchObject({ code: Status.UNIMPLEMENTED, details });
  });

  test("a method without implementation is UNIMPLEMENTED", async () => {
    await using p = await pair({ unary: undefined as unknown as TextImplementation["unary"] });
    await expect(p.client.unary("x")).rejects.toMatchObject({
      code: Status.UNIMPLEMENTED,
      details: "method Unary not implemented",
    });
    expect(p.errors).toEqual([]);
  });

  test("methods of unimplemented() answer UNIMPLEMENTED", async () => {
    const implementation: TextImplementation = { ...unimplemented(textService), unary: (text) => text };
    await using p = await pair(implementation);
    expect(await p.client.unary("x")).toBe("x");
    const calls = [
      ["ServerStream", collect(p.client.serverStream("x"))],
      ["ClientStream", p.client.clientStream(["x"])],
      ["Bidi", collect(p.client.bidi(["x"]))],
    ] as const;
    for (const [name, call] of calls) {
      const details = `method ${name} not implemented`;
      await expect(call).rejects.toMatchObject({ code: Status.UNIMPLEMENTED, details });
    }
    expect(p.errors).toEqual([]);
  });

  test("an implementation may be an instance of a class", async () => {
    class Prefix implements Pick<TextImplementation, "unary"> {
      readonly prefix = "> ";
      unary(request: string) {
        return this.prefix + request;
      }
    }
    const server = new Server();
    server.addService({ unary: textService.unary }, new Prefix());
    expect(server.serviceNames).toEqual(["test.Text"]);
    expect(() => server.addService(textService, echo)).toThrow("the method /test.Text/Unary is there already");
  });

  test("keys with a capital letter (proto-loader) have methods with a small one", async () => {
    const service = { Unary: { ...textService.unary, path: "/test.Loaded/Unary" } };
    await using p = await pair({});
    p.server.addService(service, { unary: (request) => `loaded ${request}` });
    expect(await createClient(p.channel, service).unary("x")).toBe("loaded x");
  });

  test.each(["requestSerialize", "requestDeserialize", "responseSerialize", "responseDeserialize"] as const)(
    "a broken %s is INTERNAL",
    async (name) => {
      const broken = () => {
        throw new Error("bad wire type");
      };
      const service = {
        unary: { ...textService.unary, path: "/test.Broken/Unary", [name]: broken },
        bidi: { ...textService.bidi, path: "/test.Broken/Bidi", [name]: broken },
      };
      await using p = await pair({});
      p.server.addService(service, echo);
      const client = createClient(p.channel, service);
      const status = { code: Status.INTERNAL, details: expect.stringMatching(/^grpc: .*marshal.*: bad wire type/) };
      await expect(client.unary("x")).rejects.toMatchObject(status);
      await expect(collect(client.bidi(["x", "y"]))).rejects.toMatchObject(status);
    },
  );
});

describe("lazy services", () => {
  test("are loaded once, at their first call", async () => {
    await using p = await pair({});
    let loads = 0;
    const service = { bidi: { ...textService.bidi, path: "/test.Lazy/Bidi" } };
    p.server.addLazyService("test.Lazy", async () => {
      loads++;
      await new Promise((resolve) => setImmediate(resolve));
      return { service, implementation: { bidi: echo.bidi } };
    });
    expect(p.server.serviceNames).toEqual(["test.Text", "test.Lazy"]);
    const client = createClient(p.channel, { ...service, none: { ...textService.unary, path: "/test.Lazy/None" } });
    expect(loads).toBe(0);
    const many = Array.from({ length: 10 }, () => collect(client.bidi(["a", "x".repeat(1e6), "b"])));
    for (const responses of await Promise.all(many)) expect(responses.map((text) => text.length)).toEqual([1, 1e6, 1]);
    expect(loads).toBe(1);
    await expect(client.none("x")).rejects.toMatchObject({
      code: Status.UNIMPLEMENTED,
      details: "unknown method None for service test.Lazy",
    });
  });

  test("that fail to load fail the call, and are loaded again for the next one", async () => {
    await using p = await pair({});
    const service = { unary: { ...textService.unary, path: "/test.Lazy/Unary" } };
    let loads = 0;
    p.server.addLazyService("test.Lazy", async () => {
      if (++loads === 1) throw new Error("no such file");
      return { service, implementation: echo };
    });
    const client = createClient(p.channel, service);
    await expect(client.unary("x")).rejects.toMatchObject({ code: Status.INTERNAL, details: "no such file" });
    expect(p.errors).toMatchObject([{ message: "no such file" }]);
    expect(await client.unary("x")).toBe("x");
  });
});

describe("a handler's error ends its call", () => {
  const thrown = Object.create(null);
  const throwIt = () => {
    throw thrown;
  };
  const kinds: Record<string, Partial<TextImplementation>> = {
    "at once": { unary: throwIt },
    later: { unary: async () => throwIt() },
  };

  test.each(Object.keys(kinds))("%s, even if it cannot be shown", async (kind) => {
    await using p = await pair(kinds[kind]!);
    const error = { code: Status.UNKNOWN, details: "a value that cannot be shown" };
    await expect(p.client.unary("")).rejects.toMatchObject(error);
    expect(p.errors).toEqual([thrown]);
  });

  const onError = () => {
    throw new Error("the log is broken");
  };

  test.each(Object.keys(kinds))("%s, even if it cannot be told, and no other", async (kind) => {
    await using p = await pair(kinds[kind]!, { server: { onError } });
    const others = collect(p.client.bidi(yields("a", "b")));
    await expect(p.client.unary("")).rejects.toMatchObject({ code: Status.UNKNOWN });
    expect(await others).toEqual(["a", "b"]);
    expect(p.dialed.length).toBe(1);
  });

  test("when it leaves its responses, even if that cannot be told, and no other", async () => {
    const started = deferred<AbortSignal>();
    const responses = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}), return: throwIt }),
    };
    const serverStream: TextImplementation["serverStream"] = (_request, context) => {
      started.resolve(context.signal);
      return responses;
    };
    await using p = await pair({ serverStream }, { server: { onError } });
    const controller = new AbortController();
    const call = collect(p.client.serverStream("", { signal: controller.signal }));
    const signal = await started.promise;
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: Status.CANCELLED });
    await until(() => signal.aborted);
    expect(await p.client.unary("x")).toBe("x");
    expect(p.dialed.length).toBe(1);
    p.channel.destroy();
    p.server.destroy();
  });

  test("when its service cannot be loaded, even if that cannot be told, and no other", async () => {
    await using p = await pair({}, { server: { onError } });
    p.server.addLazyService("test.Lazy", () => Promise.reject(thrown));
    const client = createClient(p.channel, { unary: { ...textService.unary, path: "/test.Lazy/Unary" } });
    await expect(client.unary("x")).rejects.toMatchObject({ code: Status.INTERNAL });
    expect(await p.client.unary("x")).toBe("x");
    expect(p.dialed.length).toBe(1);
  });
});
