import http2 from "node:http2";
import { describe, expect, test } from "vitest";
import { Metadata } from "../headers/metadata.js";
import { Status, StatusError } from "../status/status.js";
import { collect, deferred, pair, textService, until } from "../testing/pair.js";
import { encodeFrame } from "./framing.js";

const long = "x".repeat(101);
const fits = "x".repeat(100);

describe("message size", () => {
  const received = { code: Status.RESOURCE_EXHAUSTED, details: "grpc: received message larger than max (101 vs. 100)" };
  const sent = { code: Status.RESOURCE_EXHAUSTED, details: "trying to send message larger than max (101 vs. 100)" };

  test.each([
    ["the server receives", { server: { maxReceiveMessageBytes: 100 } }, received],
    ["the server sends", { server: { maxSendMessageBytes: 100 } }, sent],
    ["the client receives", { channel: { maxReceiveMessageBytes: 100 } }, received],
    ["the client sends", { channel: { maxSendMessageBytes: 100 } }, sent],
  ])("%s no more than its limit", async (_who, options, status) => {
    await using p = await pair({}, options);
    expect(await p.client.unary(fits)).toBe(fits);
    await expect(p.client.unary(long)).rejects.toMatchObject(status);
    const got: string[] = [];
    const stream = async () => {
      for await (const response of p.client.bidi([fits, long])) got.push(response);
    };
    await expect(stream()).rejects.toMatchObject(status);
    expect(got.length).toBeLessThanOrEqual(1);
    expect(await p.client.unary(fits)).toBe(fits);
    expect(p.errors).toEqual([]);
    expect(p.dialed.length).toBe(1);
  });
});

describe("header lists", () => {
  const large = (bytes: number) => new Metadata({ large: "x".repeat(bytes) });

  test("of 100 kB with many entries are accepted", async () => {
    await using p = await pair({
      unary(_request, context) {
        context.trailers.merge(context.metadata);
        return `${[...context.metadata].length}`;
      },
    });
    const metadata = new Metadata({ many: Array.from({ length: 1000 }, (_, i) => `${i}`) }).merge(large(50_000));
    let trailers = new Metadata();
    const onTrailers = (received: Metadata) => {
      trailers = received;
    };
    await p.client.unary("x");
    expect(Number(await p.client.unary("x", { metadata, onTrailers }))).toBeGreaterThan(1000);
    expect(trailers.getAll("many")).toEqual(metadata.getAll("many"));
    expect(trailers.get("large")).toEqual(metadata.get("large"));
  });

  test("beyond the server's limit are not sent", async () => {
    await using p = await pair({}, { server: { maxHeaderListBytes: 5000 } });
    await p.channel.connect();
    await expect(p.client.unary("x", { metadata: large(5000) })).rejects.toMatchObject({
      code: Status.INTERNAL,
      details: "header list size to send violates the maximum size (5000 bytes) set by server",
    });
    expect(await p.client.unary("x", { metadata: large(4000) })).toBe("x");
  });

  test("beyond the limit are refused", async () => {
    await using p = await pair({}, { server: { maxHeaderListBytes: 5000 } });
    const session = http2.connect("http://localhost", { createConnection: () => p.dial() });
    const call = (large: string) => {
      const headers = { ":method": "POST", ":path": textService.unary.path, "content-type": "application/grpc", large };
      const stream = session.request(headers).on("error", () => {});
      stream.end(encodeFrame(Buffer.from("x")));
      stream.resume();
      return new Promise<number | undefined>((resolve) => stream.on("close", () => resolve(stream.rstCode)));
    };
    // The limit applies once the client has acknowledged it.
    expect(await call("x")).toBe(http2.constants.NGHTTP2_NO_ERROR);
    expect(await call("x".repeat(10_000))).toBe(http2.constants.NGHTTP2_ENHANCE_YOUR_CALM);
    expect(await call("x")).toBe(http2.constants.NGHTTP2_NO_ERROR);
    session.close();
  });

  test("of a megabyte reach the client whole", async () => {
    const details = "x".repeat(1 << 20);
    await using p = await pair({
      unary: () => Promise.reject(new StatusError(Status.NOT_FOUND, details, large(100_000))),
    });
    await p.channel.connect();
    const error = await p.client.unary("x").catch((thrown) => thrown);
    expect(error).toMatchObject({ code: Status.NOT_FOUND, details });
    expect([...error.metadata]).toHaveLength(1);
  });

  test("beyond the client's limit lose their metadata, then the end of the text, but not the status", async () => {
    const details = "ö".repeat(10_000);
    await using p = await pair(
      {
        unary: () => Promise.reject(new StatusError(Status.NOT_FOUND, "short", large(10_000))),
        async *serverStream() {
          yield "first";
          throw new StatusError(Status.NOT_FOUND, details, large(10));
        },
      },
      { channel: { maxHeaderListBytes: 5000 } },
    );
    await p.client.clientStream([]);
    const error = await p.client.unary("x").catch((thrown) => thrown);
    expect(error).toMatchObject({ code: Status.NOT_FOUND, details: "short" });
    expect([...error.metadata]).toEqual([]);
    const cut = await collect(p.client.serverStream("x")).catch((thrown) => thrown);
    expect(cut.code).toBe(Status.NOT_FOUND);
    expect(cut.details.length).toBeGreaterThan(500);
    expect(details.startsWith(cut.details)).toBe(true);
  });
});

test("a client opens no more calls than the server allows, and the others wait", async () => {
  const go = deferred();
  let open = 0;
  let most = 0;
  await using p = await pair(
    {
      async unary(request) {
        most = Math.max(most, ++open);
        await go.promise;
        open--;
        return request;
      },
    },
    { server: { maxConcurrentStreams: 10 } },
  );
  await p.channel.connect();
  const calls = Array.from({ length: 50 }, (_, i) => p.client.unary(`${i}`));
  await until(() => open === 10);
  go.resolve();
  expect(await Promise.all(calls)).toEqual(calls.map((_, i) => `${i}`));
  expect(most).toBe(10);
});
