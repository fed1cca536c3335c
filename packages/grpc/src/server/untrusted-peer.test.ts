import http2 from "node:http2";
import type { Duplex } from "node:stream";
import { describe, expect, test } from "vitest";
import { Channel } from "../client/channel.js";
import { createClient } from "../client/client.js";
import { Metadata } from "../headers/metadata.js";
import { encodeFrame } from "../messages/framing.js";
import { Status } from "../status/status.js";
import { duplexPair, pair, textService, until } from "../testing/pair.js";

interface Response {
  readonly headers: http2.IncomingHttpHeaders & { ":status"?: number };
  readonly trailers: http2.IncomingHttpHeaders;
  readonly code: number | undefined;
}

const call = { ":method": "POST", ":path": textService.unary.path, "content-type": "application/grpc", te: "trailers" };

/** One request by plain HTTP/2, with these headers and this body. */
function request(duplex: Duplex, headers: http2.OutgoingHttpHeaders, body: readonly Uint8Array[], end = true) {
  const session = http2.connect("http://localhost", { createConnection: () => duplex });
  session.on("error", () => {});
  const stream = session.request(headers, { endStream: false }).on("error", () => {});
  const got = { headers: {}, trailers: {} };
  stream.on("response", (received) => Object.assign(got, { headers: received }));
  stream.on("trailers", (received) => Object.assign(got, { trailers: received }));
  stream.resume();
  for (const chunk of body) stream.write(chunk);
  if (end) stream.end();
  return new Promise<Response>((resolve) =>
    stream.on("close", () => {
      resolve({ ...got, code: stream.rstCode });
      session.destroy();
    }),
  );
}

describe("bytes that are not from a gRPC client", () => {
  const text = encodeFrame(Buffer.from("x"));

  test.each<[string, http2.OutgoingHttpHeaders, Uint8Array[], number, Status, string]>([
    [
      "content-type",
      { ...call, "content-type": "text/plain" },
      [text],
      415,
      3,
      'invalid gRPC request content-type "text/plain"',
    ],
    ["no content-type", { ...call, "content-type": undefined }, [text], 415, 3, 'invalid gRPC request content-type ""'],
    [
      "almost the content-type",
      { ...call, "content-type": "application/grpcx" },
      [],
      415,
      3,
      "invalid gRPC request content-type",
    ],
    [
      "method",
      { ...call, ":method": "PUT" },
      [text],
      405,
      13,
      'Received a HEADERS frame with :method "PUT" which should be POST',
    ],
    [
      "malformed timeout",
      { ...call, "grpc-timeout": "10x" },
      [text],
      400,
      13,
      "malformed grpc-timeout: transport: timeout unit is not recognized",
    ],
    [
      "malformed binary metadata",
      { ...call, "x-bin": "!" },
      [text],
      400,
      13,
      'malformed binary metadata "!" in header "x-bin"',
    ],
    [
      "compression",
      { ...call, "grpc-encoding": "gzip" },
      [text],
      200,
      12,
      'grpc: Decompressor is not installed for grpc-encoding "gzip"',
    ],
    ["path", { ...call, ":path": "/nowhere" }, [text], 200, 12, 'malformed method name: "/nowhere"'],
    [
      "compressed flag",
      call,
      [Buffer.from([1, 0, 0, 0, 0])],
      200,
      13,
      "grpc: compressed flag set with identity or empty encoding",
    ],
    ["unknown flag", call, [Buffer.from([9, 0, 0, 0, 0])], 200, 13, "grpc: received unexpected payload format 9"],
    ["half a message", call, [text.subarray(0, 5)], 200, 13, "unexpected EOF"],
    ["half a header", call, [text.subarray(0, 3)], 200, 13, "unexpected EOF"],
    ["no message", call, [], 200, 13, "cardinality violation: received no request message"],
    ["two messages", call, [text, text], 200, 13, "cardinality violation: received multiple request messages"],
  ])("%s: refused in grpc-go's words", async (_what, headers, body, httpStatus, code, details) => {
    await using p = await pair({});
    const response = await request(p.dial(), headers, body);
    expect(response.headers[":status"]).toBe(httpStatus);
    expect(response.headers["content-type"]).toBe("application/grpc");
    const status = { ...response.headers, ...response.trailers };
    expect(status["grpc-status"]).toBe(`${code}`);
    expect(decodeURIComponent(String(status["grpc-message"]))).toContain(details);
    expect(p.errors).toEqual([]);
  });

  test("an unsupported compression is answered with what is supported", async () => {
    await using p = await pair({});
    const { headers } = await request(p.dial(), { ...call, "grpc-encoding": "gzip" }, [text]);
    expect(headers["grpc-accept-encoding"]).toBe("identity");
  });

  test.each(["application/grpc", "application/grpc+proto", "application/grpc;charset=utf-8"])(
    "%s is gRPC",
    async (type) => {
      await using p = await pair({});
      const { headers, trailers } = await request(
        p.dial(),
        { ...call, "content-type": type, "grpc-encoding": "identity" },
        [text],
      );
      expect(headers).toMatchObject({ ":status": 200, "content-type": "application/grpc" });
      expect(trailers).toMatchObject({ "grpc-status": "0" });
    },
  );

  test("a refused request that continues is reset without an error", async () => {
    await using p = await pair({});
    const { headers, code } = await request(p.dial(), { ...call, "content-type": "x" }, [Buffer.alloc(1e6)], false);
    expect(headers[":status"]).toBe(415);
    expect(code).toBe(http2.constants.NGHTTP2_NO_ERROR);
  });

  test("a request reset without an error is incomplete", async () => {
    const ends: unknown[] = [];
    await using p = await pair({
      async clientStream(requests) {
        try {
          for await (const _ of requests);
          ends.push("complete");
        } catch (error) {
          ends.push(error);
        }
        return "";
      },
    });
    const session = http2.connect("http://localhost", { createConnection: () => p.dial() });
    const stream = session.request({ ...call, ":path": textService.clientStream.path }, { endStream: false });
    stream.write(text);
    await new Promise((resolve) => session.on("remoteSettings", resolve));
    // Without END_STREAM before it.
    Object.assign(stream, { _final: null });
    stream.close(http2.constants.NGHTTP2_NO_ERROR);
    await until(() => ends.length > 0);
    expect(ends).toMatchObject([{ code: Status.CANCELLED }]);
    session.destroy();
  });

  test.each([
    ["speaks HTTP/1", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ["speaks nothing known", Buffer.alloc(100_000, 0xff)],
    ["sends half a preface", "PRI * HTTP/2.0\r\n"],
    [
      "sends a preface and garbage",
      Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Buffer.alloc(1000, 0x55)]),
    ],
    ["sends nothing", ""],
  ])("that %s is dropped, and harms no other", async (_what, bytes) => {
    for (const transport of ["socket", "duplex"] as const) {
      await using p = await pair({}, { transport });
      const call = p.client.bidi(["x"])[Symbol.asyncIterator]();
      await call.next();
      const stranger = p.dial();
      stranger.on("error", () => {}).resume();
      stranger.end(bytes);
      await until(() => stranger.destroyed);
      expect(await call.next()).toMatchObject({ done: true });
      expect(await p.client.unary("x")).toBe("x");
    }
  });

  test("that floods with resets leaves nothing behind", async () => {
    let calls = 0;
    await using p = await pair({
      unary(request) {
        calls++;
        return request;
      },
    });
    const flood = p.dial();
    const session = http2.connect("http://localhost", { createConnection: () => flood });
    session.on("error", () => {});
    for (let i = 0; i < 30_000; i++) {
      session
        .request(call, { endStream: false })
        .on("error", () => {})
        .close(http2.constants.NGHTTP2_CANCEL);
      if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(session.destroyed).toBe(false);
    const answer = session.request({ ...call, "x-bin": "" }).on("error", () => {});
    answer.end(encodeFrame(Buffer.from("x")));
    await new Promise((resolve) => answer.resume().once("end", resolve));
    session.destroy();
    expect(calls).toBe(1);
    expect(await p.client.unary("x")).toBe("x");
  });
});

describe("bytes that are not from a gRPC server", () => {
  /** A channel to a server of plain HTTP/2. */
  function fake(onStream: (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void) {
    const server = http2.createServer();
    server.on("stream", (stream, headers) =>
      onStream(
        stream.on("error", () => {}),
        headers,
      ),
    );
    const channel = new Channel(() => {
      const [mine, its] = duplexPair();
      server.emit("connection", its);
      return mine;
    });
    return { client: createClient(channel, textService), close: () => channel.close() };
  }

  const ok = { ":status": 200, "content-type": "application/grpc" };
  const text = encodeFrame(Buffer.from("x"));

  /** Answers with headers, body and trailers, or headers alone. */
  function answer(headers: http2.OutgoingHttpHeaders, body?: Uint8Array, trailers?: http2.OutgoingHttpHeaders) {
    return (stream: http2.ServerHttp2Stream) => {
      if (body === undefined) {
        stream.respond(headers, { endStream: true });
        return;
      }
      stream.respond(headers, { waitForTrailers: trailers !== undefined });
      if (trailers !== undefined) stream.on("wantTrailers", () => stream.sendTrailers(trailers));
      stream.end(body);
    };
  }

  test.each<[string, (stream: http2.ServerHttp2Stream) => void, number, string]>([
    ["HTTP 404", answer({ ":status": 404, "content-type": "text/html" }, Buffer.from("no")), 12, "404 (Not Found)"],
    [
      "HTTP 503 alone",
      answer({ ":status": 503 }),
      14,
      "503 (Service Unavailable); malformed header: missing HTTP content-type",
    ],
    [
      "HTTP 200 with another content",
      answer({ ":status": 200, "content-type": "text/html" }, Buffer.from("hi")),
      2,
      'unexpected content-type "text/html"',
    ],
    ["gRPC with HTTP 500", answer({ ...ok, ":status": 500, "grpc-status": "7", "grpc-message": "no" }), 7, "no"],
    ["no trailers", answer(ok, text), 13, "server closed the stream without sending trailers"],
    ["no grpc-status", answer(ok, text, { other: "x" }), 2, "the response ended without a grpc-status"],
    ["malformed grpc-status", answer(ok, text, { "grpc-status": "fine" }), 2, 'malformed grpc-status: "fine"'],
    ["an unknown code", answer({ ...ok, "grpc-status": "99", "grpc-message": "new" }), 99, "new"],
    ["a malformed message", answer({ ...ok, "grpc-status": "5", "grpc-message": "100%" }), 5, "100%"],
    [
      "OK without a message",
      answer(ok, Buffer.alloc(0), { "grpc-status": "0" }),
      13,
      "cardinality violation: received no response message",
    ],
    ["OK alone", answer({ ...ok, "grpc-status": "0" }), 13, "cardinality violation: received no response message"],
    [
      "two messages",
      answer(ok, Buffer.concat([text, text]), { "grpc-status": "0" }),
      13,
      "cardinality violation: expected <EOF>",
    ],
    ["OK after half a message", answer(ok, text.subarray(0, 4), { "grpc-status": "0" }), 13, "unexpected EOF"],
    [
      "an error after half a message",
      answer(ok, text.subarray(0, 4), { "grpc-status": "5", "grpc-message": "x" }),
      5,
      "x",
    ],
    [
      "compressed flag",
      answer(ok, Buffer.from([1, 0, 0, 0, 0]), { "grpc-status": "0" }),
      13,
      "grpc: compressed flag set",
    ],
    [
      "gzip",
      answer({ ...ok, "grpc-encoding": "gzip" }, Buffer.from([1, 0, 0, 0, 0]), { "grpc-status": "0" }),
      13,
      'not installed for grpc-encoding "gzip"',
    ],
    [
      "malformed headers",
      answer({ ...ok, "x-bin": "!" }, text, { "grpc-status": "0" }),
      13,
      "malformed binary metadata",
    ],
    ["malformed trailers", answer(ok, text, { "grpc-status": "0", "x-bin": "!" }), 13, "malformed binary metadata"],
    ["CANCEL", (stream) => stream.close(8), 1, "stream terminated by RST_STREAM with error code: CANCEL"],
    ["REFUSED_STREAM", (stream) => stream.close(7), 14, "error code: REFUSED_STREAM"],
    ["NO_ERROR", (stream) => stream.destroy(), 13, ""],
    ["GOAWAY with an error", (stream) => stream.session!.destroy(new Error("x"), 11), 14, "connection error: "],
  ])("%s", async (_what, onStream, code, details) => {
    const { client, close } = fake(onStream);
    const status = { code, details: expect.stringContaining(details) };
    await expect(client.unary("x")).rejects.toMatchObject(status);
    await expect(client.clientStream(["x"])).rejects.toMatchObject(status);
    await close();
  });

  test("a stream delivers the messages before the fault", async () => {
    const { client, close } = fake((stream) => {
      stream.respond(ok);
      stream.write(Buffer.concat([text, text]), () => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR));
    });
    const got: string[] = [];
    const call = async () => {
      for await (const response of client.serverStream("x")) got.push(response);
    };
    await expect(call()).rejects.toMatchObject({ code: Status.INTERNAL });
    expect(got.length).toBeLessThanOrEqual(2);
    await close();
  });

  test("padded and joined binary metadata is read", async () => {
    const { client, close } = fake(answer(ok, text, { "grpc-status": "0", "x-bin": "AA==,AQ" }));
    let trailers = new Metadata();
    const onTrailers = (received: Metadata) => {
      trailers = received;
    };
    expect(await client.unary("x", { onTrailers })).toBe("x");
    expect(trailers.getAll("x-bin").map((value) => [...value])).toEqual([[0], [1]]);
    await close();
  });

  test("informational headers are skipped", async () => {
    const { client, close } = fake((stream) => {
      stream.additionalHeaders({ ":status": 103, link: "x" });
      answer(ok, text, { "grpc-status": "0" })(stream);
    });
    expect(await client.unary("x")).toBe("x");
    await close();
  });

  test("the request follows the protocol", async () => {
    const seen: http2.IncomingHttpHeaders[] = [];
    const { client, close } = fake((stream, headers) => {
      seen.push(headers);
      answer(ok, text, { "grpc-status": "0" })(stream);
    });
    await client.unary("x", { timeoutMs: 100_000, metadata: new Metadata({ own: ["1", "2"], te: "x" }) });
    expect({ ...seen[0] }).toMatchObject({
      ":method": "POST",
      ":scheme": "http",
      ":authority": "localhost",
      ":path": "/test.Text/Unary",
      te: "trailers",
      "content-type": "application/grpc",
      "grpc-timeout": expect.stringMatching(/^(99\d\d\d|100000)m$/),
      own: "1, 2",
    });
    await close();
  });
});
