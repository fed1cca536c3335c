import { Channel, createClient, type MethodDefinition, Server } from "@go-plugin/grpc";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Side } from "../trace/trace-event.js";
import { GrpcTap, headerOf } from "./grpc-tap.js";

const bytes = (value: Uint8Array) => value;
const method = (name: string, requestStream: boolean, responseStream: boolean): MethodDefinition => ({
  path: `/test.Echo/${name}`,
  requestStream,
  responseStream,
  requestSerialize: bytes,
  requestDeserialize: bytes,
  responseSerialize: bytes,
  responseDeserialize: bytes,
});
const service = { unary: method("Unary", false, false), stream: method("Stream", true, true) };

/** A conversation of our client and server, chunk by chunk. */
async function conversation(): Promise<{ from: Side; chunk: Buffer }[]> {
  const { default: net } = await import("node:net");
  const recorded: { from: Side; chunk: Buffer }[] = [];
  const server = new Server();
  server.addService(service, {
    unary: (request: Uint8Array) => request,
    async *stream(requests: AsyncIterable<Uint8Array>) {
      yield* requests;
    },
  } as never);
  const listener = net.createServer((socket) => {
    socket.on("data", (chunk) => recorded.push({ from: "host", chunk: Buffer.from(chunk) }));
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
    socket.write = ((chunk: Uint8Array, ...rest: unknown[]) => {
      recorded.push({ from: "plugin", chunk: Buffer.from(chunk) });
      return write(chunk, ...rest);
    }) as never;
    socket.cork = () => {};
    server.handle(socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { port } = listener.address() as { port: number };
  const channel = new Channel(() => net.connect(port, "127.0.0.1"));
  const client = createClient(channel, service) as unknown as {
    unary(request: Uint8Array): Promise<Uint8Array>;
    stream(requests: Iterable<Uint8Array>): AsyncIterable<Uint8Array>;
  };
  await client.unary(Buffer.from("hello"));
  for await (const _ of client.stream([Buffer.alloc(40_000, 7), Buffer.from("end"), Buffer.alloc(0)]));
  await channel.close();
  await server.close();
  listener.close();
  return recorded;
}

function listen(chunks: readonly { from: Side; chunk: Buffer }[]): string[] {
  const said: string[] = [];
  const tap = new GrpcTap(
    "host",
    1 << 20,
    {
      holds: () => false,
      onCall: ({ method: path }) => said.push(`call ${path}`),
      onMessage: (_call, from, { length, pieces }) => said.push(`${from} ${length} ${Buffer.concat(pieces!).length}`),
      onHeaders: () => {},
      onEnd: ({ method: path }, trailers) => said.push(`end ${path} ${headerOf(trailers!, "grpc-status")}`),
    },
    { listensFirst: () => true, mayHold: false },
  );
  for (const { from, chunk } of chunks) tap.push(from, chunk);
  return said;
}

test("the same is heard wherever the bytes are cut", async () => {
  const recorded = await conversation();
  const whole = listen(recorded);
  expect(whole.filter((one) => !one.startsWith("host") && !one.startsWith("plugin"))).toEqual([
    "call /test.Echo/Unary",
    "end /test.Echo/Unary 0",
    "call /test.Echo/Stream",
    "end /test.Echo/Stream 0",
  ]);
  expect(whole.filter((one) => one.startsWith("host"))).toEqual([
    "host 5 5",
    "host 40000 40000",
    "host 3 3",
    "host 0 0",
  ]);
  fc.assert(
    fc.property(fc.infiniteStream(fc.integer({ min: 1, max: 5_000 })), (sizes) => {
      const cut = recorded.flatMap(({ from, chunk }) => {
        const pieces: { from: Side; chunk: Buffer }[] = [];
        for (let at = 0; at < chunk.length; ) {
          const size = sizes.next().value as number;
          pieces.push({ from, chunk: Buffer.from(chunk.subarray(at, at + size)) });
          at += size;
        }
        return pieces;
      });
      expect(listen(cut)).toEqual(whole);
    }),
    { numRuns: 50 },
  );
});
