import http2 from "node:http2";
import {
  type Client,
  credentials,
  InterceptingCall,
  Metadata,
  makeGenericClientConstructor,
  type ServiceDefinition,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { Channel } from "../client/channel.js";
import { encodeFrame } from "../messages/framing.js";
import { duplexPair, pair, type TextImplementation, textService } from "../testing/pair.js";
import { channelOverride } from "./index.js";

// biome-ignore lint/suspicious/noExplicitAny: generated classes type their methods, this one is made here
type TextClient = Client & Record<string, any>;

const TextClient = makeGenericClientConstructor(textService as unknown as ServiceDefinition, "test.Text");

async function grpcJsPair(implementation: Partial<TextImplementation> = {}) {
  const p = await pair(implementation);
  const client = newClient(p.channel);
  return Object.assign(p, { grpcJs: client });
}

function newClient(channel: Channel): TextClient {
  const options = { channelOverride: channelOverride(channel) };
  return new TextClient("unused", credentials.createInsecure(), options) as TextClient;
}

function unary(client: TextClient, request: string, ...rest: unknown[]): Promise<string> {
  return new Promise((resolve, reject) => {
    client.unary(request, ...rest, (error: ServiceError | null, value: string) =>
      error ? reject(error) : resolve(value),
    );
  });
}

test("a generated client is ready once the channel has connected, and calls over it", async () => {
  await using p = await grpcJsPair();
  await new Promise<void>((resolve, reject) => {
    p.grpcJs.waitForReady(Date.now() + 60_000, (error) => (error ? reject(error) : resolve()));
  });
  expect(p.dialed).toHaveLength(1);
  expect(await unary(p.grpcJs, "hello")).toBe("hello");
  expect(p.dialed).toHaveLength(1);
});

test("waiting for a server that is not there ends at the deadline", async () => {
  const channel = new Channel(() => {
    throw new Error("nobody listens");
  });
  const error = await new Promise((resolve) => newClient(channel).waitForReady(Date.now() + 150, resolve));
  expect(String(error)).toContain("Failed to connect before the deadline");
  await channel.close();
});

test("closing a generated client leaves the channel to its owner", async () => {
  await using p = await grpcJsPair();
  p.grpcJs.close();
  expect(() => p.grpcJs.unary("hello", () => {})).toThrow("this client is closed");
  expect(await p.client.unary("hello")).toBe("hello");
});

test("grpc-js's own interceptors apply", async () => {
  await using p = await grpcJsPair({ unary: (request, { metadata }) => `${request} ${metadata.get("x-from")}` });
  const interceptors = [
    (options: never, nextCall: (options: never) => never) =>
      new InterceptingCall(nextCall(options), {
        start(metadata, listener, next) {
          metadata.set("x-from", "interceptor");
          next(metadata, listener);
        },
        sendMessage: (message, next) => next(String(message).toUpperCase()),
      }),
  ];
  expect(await unary(p.grpcJs, "hello", { interceptors })).toBe("HELLO interceptor");
});

test("call credentials are refused, not dropped", async () => {
  await using p = await grpcJsPair();
  const callCredentials = credentials.createFromMetadataGenerator((_options, callback) =>
    callback(null, new Metadata()),
  );
  await expect(unary(p.grpcJs, "hello", { credentials: callCredentials })).rejects.toMatchObject({
    code: status.UNAUTHENTICATED,
    details: expect.stringContaining("call credentials"),
  });
});

test("a status that is known at once reaches later listeners", async () => {
  await using p = await grpcJsPair();
  await p.channel.close();
  const call = p.grpcJs.bidi();
  const error = await new Promise((resolve) => call.on("error", resolve));
  expect(error).toMatchObject({ code: status.CANCELLED });
});

test("messages wait for a reader that pauses", async () => {
  await using p = await grpcJsPair({
    *serverStream() {
      for (let i = 0; i < 1_000; i++) yield `${i}`;
    },
  });
  const call = p.grpcJs.serverStream("");
  const received: string[] = [];
  for await (const message of call) {
    if (received.push(message) % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(received).toEqual(Array.from({ length: 1_000 }, (_, i) => `${i}`));
});

test("headers and trailers that grpc-js's metadata cannot hold are left out", async () => {
  const server = http2.createServer();
  server.on("stream", (stream) => {
    const headers = { ":status": 200, "content-type": "application/grpc", "x-text": ["a", "\u00e4"] };
    stream.respond(headers, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0", "x-text": ["b", "\u00f6"] }));
    stream.end(encodeFrame(Buffer.from("hello")));
  });
  const channel = new Channel(() => {
    const [mine, its] = duplexPair();
    server.emit("connection", its);
    return mine;
  });
  const received: string[] = [];
  const answer = await new Promise((resolve, reject) => {
    const call = newClient(channel).unary("", (error: ServiceError | null, value: string) =>
      error ? reject(error) : resolve(value),
    );
    call.on("metadata", (metadata: Metadata) => received.push(...metadata.get("x-text").map(String)));
    call.on("status", ({ metadata }: { metadata: Metadata }) => received.push(...metadata.get("x-text").map(String)));
  });
  expect(answer).toBe("hello");
  expect(received).toEqual(["a", "b"]);
  await channel.close();
});
