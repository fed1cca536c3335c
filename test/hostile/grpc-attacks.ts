import { Duplex, Writable } from "node:stream";
import { Channel, Server } from "@go-plugin/grpc";
import { createHealth, healthService } from "@go-plugin/grpc/health";
import { createReflection, reflectionService } from "@go-plugin/grpc/reflection";
import { silentLogger } from "@go-plugin/proto";
import { FrameType } from "../../packages/grpc/src/http2/frame.js";
import {
  data,
  end,
  endHeaders,
  frame,
  headers,
  ping,
  requestFields,
  responseFields,
  rstStream,
  settings,
} from "../../packages/grpc/src/http2/test-support.js";
import { textService } from "../../packages/grpc/src/testing/pair.js";
import { BrokerStream } from "../../packages/proto/src/grpc/broker-stream.js";
import { descriptors } from "../../packages/proto/src/grpc/gen/descriptors.js";
import { plugin } from "../../packages/proto/src/grpc/gen/plugin.js";
import { MultiplexedTransport } from "../../packages/proto/src/grpc/multiplexed-transport.js";
import { PlainTransport } from "../../packages/proto/src/grpc/plain-transport.js";
import { brokerService } from "../../packages/proto/src/grpc/services.js";
import { copyStdio } from "../../packages/proto/src/grpc/stdio.js";
import { OutputProgress } from "../../packages/proto/src/output-progress.js";
import { deafPeer, feedInChunks } from "./feed.js";
import type { Attack } from "./measure.js";

const MiB = 1 << 20;
const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const grpcRequest = { ...requestFields, "content-type": "application/grpc", te: "trailers" };
const message = (bytes: Uint8Array) => {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([header, bytes]);
};
const times = (count: number, make: (index: number) => Uint8Array) =>
  Buffer.concat(Array.from({ length: count }, (_, i) => make(i)));
/** A request for a method, which is open unless `flags` ends it. */
const request = (id: number, path: string, flags = endHeaders) => headers(id, { ...grpcRequest, ":path": path }, flags);

type Bounds = Pick<Attack, "maxHeld" | "maxNsPerByte">;

/** A server that is sent `bytes` after the preface, by a client that reads nothing. */
function toServer(entry: string, worst: string, bounds: Bounds, input: () => Buffer, reads = false): Attack {
  return {
    entry,
    worst,
    ...bounds,
    prepare() {
      const bytes = Buffer.concat([preface, settings(), input()]);
      const server = new Server();
      server.addService(textService, {
        unary: () => new Promise<string>(() => {}),
        async *serverStream() {
          await new Promise(() => {});
        },
        clientStream: () => new Promise<string>(() => {}),
        async *bidi() {
          await new Promise(() => {});
        },
      });
      server.addService(healthService, createHealth().implementation);
      const services = server.serviceNames;
      server.addService(reflectionService, createReflection({ services, descriptors: [descriptors] }));
      const peer = reads ? new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() }) : deafPeer();
      server.handle(peer);
      return {
        bytes: bytes.length,
        async feed() {
          await feedInChunks(peer, bytes);
          return [server, peer];
        },
      };
    },
  };
}

/** A block of one entry of 4 KB under a `-bin` key, for the table, and of references to it. */
function bomb(id: number): Buffer {
  const fields = headers(id, { ...grpcRequest, ":path": "/test.Text/Unary" }).subarray(9);
  const value = Buffer.alloc(3_900, ",");
  // Literal with incremental indexing, a new name, and a value of 3,900 bytes.
  const entry = Buffer.concat([Buffer.from([0x40, 5]), Buffer.from("a-bin"), Buffer.from([0x7f, 0xbd, 0x1d]), value]);
  const references = Buffer.alloc(31, 0x80 | 62);
  return headers(id, Buffer.concat([fields, id === 1 ? entry : Buffer.alloc(0), references]), endHeaders | end);
}

const bidi = request(1, "/test.Text/Bidi");
const bounded: Bounds = { maxHeld: 16 * MiB, maxNsPerByte: 20_000 };

function fromPlugin(
  entry: string,
  worst: string,
  bounds: Bounds,
  count: number,
  make: (index: number) => Uint8Array,
  run: (channel: Channel) => unknown,
): Attack {
  return {
    entry,
    worst,
    ...bounds,
    prepare() {
      const messages = times(count, (index) => message(make(index)));
      // As much as a stream's window lets through.
      const body = times(Math.ceil(messages.length / 16_384), (i) =>
        data(1, messages.subarray(i * 16_384, (i + 1) * 16_384)),
      );
      const bytes = Buffer.concat([settings(), headers(1, responseFields), body]);
      const peer = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
      const channel = new Channel(() => peer);
      return {
        bytes: bytes.length,
        async feed() {
          const running = run(channel);
          await new Promise((resolve) => setImmediate(resolve));
          await feedInChunks(peer, bytes);
          return [channel, peer, running];
        },
      };
    },
  };
}

/** The broker, fed with `count` messages of the other side. */
function toBroker(
  worst: string,
  count: number,
  make: (id: number) => plugin.IConnInfo,
  listen: (brokers: BrokerStream) => unknown,
): Attack {
  return {
    entry: worst.includes("knock") ? "broker knocks" : "broker offers",
    worst,
    maxHeld: 4 * MiB,
    maxNsPerByte: 20_000,
    prepare() {
      const encoded = Array.from({ length: count }, (_, id) => Buffer.from(plugin.ConnInfo.encode(make(id)).finish()));
      const brokers = new BrokerStream();
      const transport = listen(brokers);
      return {
        bytes: encoded.reduce((sum, { length }) => sum + length + 5, 0),
        feed() {
          for (const bytes of encoded) brokers.onMessage(brokerService.startStream.requestDeserialize(bytes));
          return [brokers, transport];
        },
      };
    },
  };
}

const plain = (brokers: BrokerStream) =>
  new PlainTransport(
    brokers,
    { listen: () => new Promise(() => {}), connect: () => new Promise(() => {}) },
    silentLogger,
  );

function multiplexed(brokers: BrokerStream): MultiplexedTransport {
  const transport = new MultiplexedTransport(brokers, { open: () => deafPeer() });
  transport.listen(7, () => {});
  return transport;
}

const address = "/".padEnd(100, "x");

/** The entry points of gRPC: HTTP/2, messages, and the services that every plugin has. */
export const grpcAttacks: readonly Attack[] = [
  toServer(
    "HTTP/2 headers",
    "31 references to 4 KB of binary metadata, 2,000 times",
    { maxHeld: 32 * MiB, maxNsPerByte: 20_000 },
    () => times(2_000, (i) => bomb(2 * i + 1)),
  ),
  toServer("HTTP/2 headers", "a header block that never ends", bounded, () =>
    Buffer.concat([
      frame(FrameType.headers, 0, 1, Buffer.alloc(1)),
      times(200_000, () => frame(FrameType.continuation, 0, 1, Buffer.alloc(0))),
    ]),
  ),
  toServer("HTTP/2 headers", "20,000 calls that never end", { maxHeld: 192 * MiB, maxNsPerByte: 20_000 }, () =>
    times(20_000, (i) => request(2 * i + 1, "/test.Text/Bidi")),
  ),
  toServer(
    "HTTP/2 RST_STREAM",
    "20,000 calls that are cancelled at once",
    { maxHeld: 192 * MiB, maxNsPerByte: 20_000 },
    () => times(20_000, (i) => Buffer.concat([request(2 * i + 1, "/test.Text/Unary"), rstStream(2 * i + 1)])),
  ),
  toServer("HTTP/2 data", "bytes that come one by one, and that nobody reads", bounded, () =>
    Buffer.concat([bidi, times(200_000, () => data(1, "\0"))]),
  ),
  toServer("HTTP/2 data", "empty frames", bounded, () => Buffer.concat([bidi, times(200_000, () => data(1))])),
  toServer("HTTP/2 SETTINGS", "100,000 changes of the window, with 1,000 open calls", bounded, () =>
    Buffer.concat([
      times(1_000, (i) => request(2 * i + 1, "/test.Text/Bidi")),
      times(100_000, (i) => settings([4, 65_535 + (i % 2)])),
    ]),
  ),
  toServer("HTTP/2 PING", "200,000 pings whose answers are not read", bounded, () => times(200_000, () => ping)),
  toServer("gRPC messages", "200,000 empty messages that nobody reads", bounded, () =>
    Buffer.concat([bidi, times(200, () => data(1, Buffer.alloc(5_000)))]),
  ),
  toServer("gRPC messages", "lengths of 2 GiB, of which nothing comes", bounded, () =>
    times(1_000, (i) =>
      Buffer.concat([request(2 * i + 1, "/test.Text/Unary"), data(2 * i + 1, Buffer.from([0, 0x7f, 255, 255, 255]))]),
    ),
  ),
  toServer("health requests", "5,000 watches", { maxHeld: 64 * MiB, maxNsPerByte: 20_000 }, () =>
    times(5_000, (i) =>
      Buffer.concat([
        request(2 * i + 1, "/grpc.health.v1.Health/Watch"),
        data(2 * i + 1, message(Buffer.alloc(0)), end),
      ]),
    ),
  ),
  toServer("reflection requests", "20,000 questions for one file, whose answers are not read", bounded, () => {
    const name = Buffer.from("plugin.GRPCBroker");
    const question = message(Buffer.concat([Buffer.from([0x22, name.length]), name]));
    const questions = times(20_000, () => question);
    return Buffer.concat([
      request(1, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"),
      times(Math.ceil(questions.length / 16_000), (i) => data(1, questions.subarray(i * 16_000, (i + 1) * 16_000))),
    ]);
  }),
  fromPlugin(
    "stdio messages",
    "200,000 empty ones for a destination that takes none",
    bounded,
    200_000,
    () => Buffer.alloc(0),
    (channel) =>
      copyStdio(
        channel,
        { stdout: new Writable({ write() {} }) },
        silentLogger,
        new AbortController().signal,
        new OutputProgress(),
      ),
  ),
  fromPlugin(
    "stdio messages",
    "100,000 of one byte for a destination that takes none",
    bounded,
    100_000,
    () => Buffer.from([8, 1, 18, 1, 0x78]),
    (channel) =>
      copyStdio(
        channel,
        { stdout: new Writable({ write() {} }) },
        silentLogger,
        new AbortController().signal,
        new OutputProgress(),
      ),
  ),
  toBroker("200,000 offers that nobody takes", 200_000, (id) => ({ serviceId: id, network: "unix", address }), plain),
  toBroker(
    "200,000 knocks for ids that nobody serves",
    200_000,
    (id) => ({ serviceId: id + 8, knock: { knock: true } }),
    multiplexed,
  ),
  toBroker(
    "200,000 knocks for one id, whose answers are not read",
    200_000,
    () => ({ serviceId: 7, knock: { knock: true } }),
    multiplexed,
  ),
];
