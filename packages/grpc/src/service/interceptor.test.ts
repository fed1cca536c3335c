import { Readable } from "node:stream";
import { describe, expect, expectTypeOf, test } from "vitest";
import { Metadata } from "../headers/metadata.js";
import { Status, StatusError } from "../status/status.js";
import { collect, pair, type TextClient } from "../testing/pair.js";
import type { ClientInterceptor, InterceptedResponse, Message, ServerInterceptor } from "./interceptor.js";

/** The messages of these tests are strings; those of generated code are objects. */
const message = (text: string) => text as unknown as Message;

const kinds: [string, (client: TextClient) => Promise<unknown>, unknown][] = [
  ["/test.Text/Unary", (client) => client.unary("a"), "a"],
  ["/test.Text/ServerStream", (client) => collect(client.serverStream("a b")), ["a", "b"]],
  ["/test.Text/ClientStream", (client) => client.clientStream(["a", "b"]), "a b"],
  ["/test.Text/Bidi", (client) => collect(client.bidi(["a", "b"])), ["a", "b"]],
];

async function* map(source: AsyncIterable<Message>, change: (value: Message) => Message) {
  for await (const value of source) yield change(value);
}

describe("interceptors", () => {
  test.each(kinds)("of both sides see %s from the outside in", async (path, call, response) => {
    const seen: string[] = [];
    const onClient =
      (name: string): ClientInterceptor =>
      (next) =>
      async (call) => {
        seen.push(`${name} ${call.method.path}`);
        call.options.metadata.append("by", name);
        const response = await next(call);
        seen.push(`${name} back`);
        return response;
      };
    const onServer =
      (name: string): ServerInterceptor =>
      (next) =>
      async (call) => {
        seen.push(`${name} ${call.method.path} ${call.context.metadata.getAll("by")}`);
        return next(call);
      };
    await using p = await pair(
      {},
      {
        channel: { interceptors: [onClient("channel")] },
        client: { interceptors: [onClient("client 1"), onClient("client 2")] },
        server: { interceptors: [onServer("server 1"), onServer("server 2")] },
      },
    );
    expect(await call(p.client)).toEqual(response);
    const calls = seen.filter((line) => !line.endsWith("back"));
    expect(calls).toEqual([
      `channel ${path}`,
      `client 1 ${path}`,
      `client 2 ${path}`,
      `server 1 ${path} channel,client 1,client 2`,
      `server 2 ${path} channel,client 1,client 2`,
    ]);
    expect(seen.filter((line) => line.endsWith("back"))).toEqual(["client 2 back", "client 1 back", "channel back"]);
  });

  test("change requests and responses", async () => {
    const shout = (value: Message) => message(`${value}!`);
    const client: ClientInterceptor = (next) => (call) =>
      next(call.stream ? { ...call, message: map(call.message, shout) } : { ...call, message: shout(call.message) });
    const server: ServerInterceptor = (next) => async (call) => {
      const response = await next(call);
      return response.stream
        ? { ...response, message: map(response.message, shout) }
        : { ...response, message: shout(response.message) };
    };
    await using p = await pair({}, { client: { interceptors: [client] }, server: { interceptors: [server] } });
    expect(await p.client.unary("a")).toBe("a!!");
    async function* requests() {
      yield* ["a", "b"];
    }
    expect(await collect(p.client.bidi(requests()))).toEqual(["a!!", "b!!"]);
    // One message of a call that streams the other way is an iterable of one.
    expect(await collect(p.client.serverStream("a b"))).toEqual(["a!", "b!!"]);
    expect(await p.client.clientStream(["a", "b"])).toBe("a! b!!");
  });

  test("answer by themselves, with a response or a status", async () => {
    const client: ClientInterceptor = (next) => async (call) =>
      call.message === message("cached") ? { stream: false, message: message("from the cache") } : next(call);
    const server: ServerInterceptor = (next) => async (call) => {
      if (!call.context.metadata.has("token")) throw new StatusError(Status.UNAUTHENTICATED, "who are you?");
      return next(call);
    };
    await using p = await pair({}, { client: { interceptors: [client] }, server: { interceptors: [server] } });
    expect(await p.client.unary("cached")).toBe("from the cache");
    expect(p.dialed).toEqual([]);
    const refused = { code: Status.UNAUTHENTICATED, details: "who are you?" };
    await expect(p.client.unary("x")).rejects.toMatchObject(refused);
    await expect(collect(p.client.bidi(["x"]))).rejects.toMatchObject(refused);
    const metadata = new Metadata({ token: "t" });
    expect(await p.client.unary("x", { metadata })).toBe("x");
    expect([...metadata]).toEqual([["token", "t"]]);
  });

  test("that lose or add a message, or answer in the wrong form, fail their call", async () => {
    const change: ClientInterceptor = (next) => (call) => {
      if (!call.stream) return next(call).then((response) => ({ ...response, stream: true }) as InterceptedResponse);
      const messages = call.options.metadata.has("none") ? [] : [message("a"), message("b")];
      return next({ ...call, message: Readable.from(messages) });
    };
    await using p = await pair({}, { client: { interceptors: [change] } });
    const details = (what: string) => `an interceptor passed on ${what} where the method has exactly one`;
    await expect(collect(p.client.serverStream("x"))).rejects.toMatchObject({ details: details("several messages") });
    await expect(collect(p.client.serverStream("x", { metadata: new Metadata({ none: "" }) }))).rejects.toMatchObject({
      details: details("no message"),
    });
    await expect(p.client.unary("x")).rejects.toThrow(
      "an interceptor of /test.Text/Unary returned { stream: true }, expected { stream: false }",
    );
  });

  test("call again after a failure", async () => {
    let attempts = 0;
    const retry: ClientInterceptor = (next) => async (call) => {
      for (;;) {
        try {
          return await next(call);
        } catch (error) {
          if (StatusError.from(error).code !== Status.UNAVAILABLE) throw error;
        }
      }
    };
    await using p = await pair(
      {
        unary(request) {
          if (++attempts < 3) throw new StatusError(Status.UNAVAILABLE, "busy");
          return request;
        },
      },
      { client: { interceptors: [retry] } },
    );
    expect(await p.client.unary("x")).toBe("x");
    expect(attempts).toBe(3);
  });

  test("leaving an intercepted stream cancels its call", async () => {
    await using p = await pair(
      {
        *serverStream() {
          for (;;) yield "x";
        },
      },
      { client: { interceptors: [(next) => (call) => next(call)] } },
    );
    for await (const _ of p.client.serverStream("x")) break;
  });
});

test("clients are typed by their definition", () => {
  expectTypeOf<TextClient["unary"]>().parameter(0).toEqualTypeOf<string>();
  expectTypeOf<TextClient["unary"]>().returns.toEqualTypeOf<Promise<string>>();
  expectTypeOf<TextClient["serverStream"]>().returns.toEqualTypeOf<AsyncIterable<string>>();
  expectTypeOf<TextClient["bidi"]>().parameter(0).toEqualTypeOf<AsyncIterable<string> | Iterable<string>>();
});
