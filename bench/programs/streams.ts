// Measures a raw Unix socket, or a yamux session on one: streams [--yamux] listen|dial SOCKET. The modes of a stream
// are described in go/streams.
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { parseArgs } from "node:util";
import { Session } from "@go-plugin/yamux";
import { type Command, quantiles, type Result, rate } from "./measure.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { yamux: { type: "boolean", default: false } },
});
/** The letter and the length. */
const headBytes = 9;
const [side, path] = positionals as [string, string];

if (side === "listen") {
  const accept = values.yamux ? serveSession : serve;
  process.stdin.on("end", () => process.exit()).resume();
  createServer(accept).listen(path, () => process.stdout.write("listening\n"));
} else {
  const session = values.yamux ? new Session(connect(path), { role: "client" }) : undefined;
  for await (const line of createInterface(process.stdin)) {
    const stream = session?.open() ?? connect(path);
    const command = JSON.parse(line) as Command;
    const result = await (command.row === "bulk" ? bulk : pingPong)(stream, command);
    stream.destroy();
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
  await session?.close();
}

async function serveSession(socket: Duplex): Promise<void> {
  for await (const stream of new Session(socket, { role: "server" })) serve(stream);
}

function serve(stream: Duplex): void {
  stream.on("error", () => {});
  stream.once("data", (first: Buffer) => {
    if (first[0] === 0x65) {
      stream.write(first.subarray(1));
      stream.pipe(stream);
      return;
    }
    let left = Number(first.readBigUInt64BE(1)) + headBytes;
    const take = (chunk: Buffer) => {
      left -= chunk.length;
      if (left === 0) stream.end(Buffer.alloc(1));
    };
    stream.on("data", take);
    take(first);
  });
}

async function pingPong(stream: Duplex, { count, size }: Command): Promise<Result> {
  const times = new Float64Array(count);
  const payload = Buffer.alloc(size);
  stream.write("e");
  await new Promise<void>((resolve, reject) => {
    let replies = 0;
    let missing = size;
    let start = performance.now();
    stream.on("error", reject);
    stream.on("data", (chunk: Buffer) => {
      missing -= chunk.length;
      if (missing > 0) return;
      missing = size;
      times[replies++] = (performance.now() - start) * 1e3;
      if (replies === count) return resolve();
      start = performance.now();
      stream.write(payload);
    });
    stream.write(payload);
  });
  return quantiles(times.sort());
}

function bulk(stream: Duplex, { count, size }: Command): Promise<Result> {
  return rate(count, async () => {
    const head = Buffer.alloc(headBytes, "d");
    head.writeBigUInt64BE(BigInt(count * size), 1);
    stream.write(head);
    const payload = Buffer.alloc(size);
    const answered = once(stream, "data");
    for (let sent = 0; sent < count; sent++) if (!stream.write(payload)) await once(stream, "drain");
    await answered;
  });
}
