import { gob } from "@go-plugin/gob";
import { method, RpcServer } from "@go-plugin/netrpc";
import { parseHandshake } from "@go-plugin/proto/internal";
import { Session } from "@go-plugin/yamux";
import { definition, int, message, raw, uint } from "../../packages/gob/src/golden/raw.js";
import { parseLogLine } from "../../packages/host/src/stderr/log-entry.js";
import { deafPeer, feedInChunks } from "./feed.js";
import { grpcAttacks } from "./grpc-attacks.js";
import type { Attack } from "./measure.js";

const MiB = 1 << 20;

function gobValues(worst: string, type: gob.AnyType, stream: Buffer, maxHeld: number): Attack {
  return {
    entry: "gob value",
    worst,
    maxHeld,
    maxNsPerByte: 20_000,
    prepare: () => ({ bytes: stream.length, feed: () => gob.decode(type, stream) }),
  };
}

const mapsOf = (count: number) =>
  raw(
    message(definition.slice(64, 65)),
    message(definition.map(65, 2, 2)),
    message(int(64), 0, uint(count), Buffer.alloc(count)),
  );

function yamuxFrames(worst: string, type: number, flags: number, maxHeld: number, bodyOf = 0): Attack {
  return {
    entry: "yamux session",
    worst,
    maxHeld,
    maxNsPerByte: 20_000,
    prepare() {
      const count = 100_000;
      const bytes = Buffer.alloc(count * 12);
      for (let index = 0; index < count; index++) {
        const at = index * 12;
        bytes[at + 1] = type;
        bytes.writeUInt16BE(flags, at + 2);
        if (type < 2) bytes.writeUInt32BE(index * 2 + 1, at + 4);
        bytes.writeUInt32BE(bodyOf, at + 8);
      }
      const peer = deafPeer();
      const session = new Session(peer, { role: "server" });
      session.closed.catch(() => {});
      return {
        bytes: bytes.length,
        async feed() {
          await feedInChunks(peer, bytes);
          return [session, peer];
        },
      };
    },
  };
}

/** One row for each entry point that parses what the other process has sent. */
export const attacks: readonly Attack[] = [
  gobValues("1.8 million empty maps", gob.slice(gob.map(gob.int, gob.int)), mapsOf(1_800_000), 16 * MiB),
  gobValues("as many empty maps as are accepted", gob.slice(gob.map(gob.int, gob.int)), mapsOf(300_000), 96 * MiB),
  gobValues("1.8 million empty maps, without a schema", gob.unknown, mapsOf(1_800_000), 16 * MiB),
  {
    entry: "gob type definitions",
    worst: "structs of 1,000 fields without end",
    maxHeld: 192 * MiB,
    maxNsPerByte: 20_000,
    prepare() {
      const fields = Array.from({ length: 1000 }, (_, index) => [String.fromCharCode(0x4e00 + index), 2] as const);
      const stream = raw(
        ...Array.from({ length: 600 }, (_, index) => message(definition.struct(64 + index, "", fields))),
      );
      const decoder = new gob.Decoder();
      return {
        bytes: stream.length,
        feed() {
          decoder.push(stream);
          decoder.skip();
          return decoder;
        },
      };
    },
  },
  {
    entry: "gob framing",
    worst: "lengths of 64 MiB, of which nothing comes",
    maxHeld: 2 * MiB,
    maxNsPerByte: 1e6,
    prepare() {
      const decoder = new gob.Decoder();
      const stream = Buffer.from("fc04000000", "hex");
      return {
        bytes: stream.length,
        feed() {
          decoder.push(stream);
          return decoder;
        },
      };
    },
  },
  {
    entry: "net/rpc requests",
    worst: "200,000 calls that never end",
    maxHeld: 32 * MiB,
    maxNsPerByte: 20_000,
    prepare() {
      const Header = gob.struct("Request", { ServiceMethod: gob.string, Seq: gob.uint64 });
      const encoder = new gob.Encoder();
      for (let seq = 0n; seq < 200_000n; seq++) {
        encoder.write(Header, { ServiceMethod: "A.B", Seq: seq }).write(gob.bool, true);
      }
      const bytes = Buffer.from(encoder.take());
      const waiting: ((value: boolean) => void)[] = [];
      const server = new RpcServer();
      const peer = deafPeer();
      server.addService(
        "A",
        { B: method(gob.bool, gob.bool) },
        { b: () => new Promise<boolean>((resolve) => waiting.push(resolve)) },
      );
      server.handle(peer);
      return {
        bytes: bytes.length,
        async feed() {
          await feedInChunks(peer, bytes);
          return [server, peer, waiting];
        },
      };
    },
  },
  yamuxFrames("pings whose answers are not read", 2, 1, 32 * MiB),
  yamuxFrames("streams that nobody accepts", 1, 1, 32 * MiB),
  {
    entry: "handshake line",
    worst: "64 KiB of separators",
    maxHeld: MiB,
    maxNsPerByte: 20_000,
    prepare() {
      const line = "|".repeat(65_536);
      return {
        bytes: line.length,
        feed: () => parseHandshake(line, { versions: [1], protocols: ["grpc"] }),
      };
    },
  },
  {
    entry: "stderr log lines",
    worst: "64 KiB of nested JSON, and of one key each",
    maxHeld: 16 * MiB,
    maxNsPerByte: 20_000,
    prepare() {
      const nested = `{"@level":"info","@message":"x","a":${"[".repeat(32_000)}${"]".repeat(32_000)}}`;
      const keys = `{"@level":"info","@message":"x",${Array.from({ length: 7_000 }, (_, i) => `"k${i}":1`).join(",")}}`;
      const lines = Array.from({ length: 20 }, (_, index) => (index % 2 ? nested : keys));
      return {
        bytes: lines.reduce((sum, line) => sum + line.length, 0),
        feed: () => lines.map((line) => parseLogLine(line)),
      };
    },
  },
  ...grpcAttacks,
];
