import { Duplex } from "node:stream";
import { gob, isGobError } from "@go-plugin/gob";
import { method, RpcConnection, RpcServer } from "@go-plugin/netrpc";
import { checkHandshake, HandshakeError, splitHandshake } from "@go-plugin/proto/internal";
import { Session } from "@go-plugin/yamux";
import { readGolden } from "../../packages/gob/src/golden/read.js";
import { registry } from "../../packages/gob/src/golden/types.js";
import { goldenValues } from "../../packages/gob/src/golden/values.js";
import { parseLogLine } from "../../packages/host/src/stderr/log-entry.js";

/** A parser of bytes that the other process has sent. */
export interface Target {
  readonly name: string;
  /** Valid inputs, which the fuzzer changes. */
  readonly seeds: readonly Buffer[];
  /** Parses an input. Throws only if the parser did what it must not: an error that is not its own, or one that escaped. */
  run(input: Buffer): void | Promise<void>;
}

function golden(kind: "vectors" | "transcripts"): Buffer[] {
  return [...readGolden(kind).values()].flatMap(({ hex }) => (hex ? [Buffer.from(hex.join(""), "hex")] : []));
}

const gobTypes = Object.values(goldenValues).map(({ type }) => type);

function decodeGob(type: gob.AnyType, input: Buffer): void {
  const decoder = new gob.Decoder({ registry, maxMemoryBytes: 64 << 20 });
  try {
    decoder.push(input);
    for (let step = 0; step <= input.length && decoder.decode(type) !== gob.needMore; step++);
    decoder.end();
  } catch (error) {
    if (!isGobError(error)) throw error;
  }
}

/** Gives a connection its input and its end, and lets it act on them. */
async function connect(input: Buffer, open: (duplex: Duplex) => void): Promise<void> {
  const duplex = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  duplex.on("error", () => {});
  open(duplex);
  const middle = input.length >> 1;
  duplex.push(input.subarray(0, middle));
  await turn();
  duplex.push(input.subarray(middle));
  duplex.push(null);
  await turn();
  duplex.destroy();
  await turn();
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

const service = {
  Echo: method(gob.interface(), gob.interface()),
  Add: method(gob.struct("A", { A: gob.int }), gob.int),
};
const serve = { echo: (value: unknown) => value, add: ({ A }: { A: number }) => A };

const handshakes = ["1|1|unix|/tmp/plugin|grpc|", "1|5|tcp|127.0.0.1:1234|netrpc|AAAA|true", " 1|2|unix|x \r"];
const logLines = [
  `{"@level":"info","@message":"hello","@timestamp":"2026-01-02T03:04:05.000000Z","n":1,"deep":{"a":[1,{"b":null}]}}`,
  "[WARN]  a line with a level",
  "panic: runtime error: index out of range",
  "null",
];
const frame = (type: number, flags: number, id: number, length: number, body = Buffer.alloc(0)) => {
  const header = Buffer.alloc(12);
  header[1] = type;
  header.writeUInt16BE(flags, 2);
  header.writeUInt32BE(id, 4);
  header.writeUInt32BE(length, 8);
  return Buffer.concat([header, body]);
};

export const targets: readonly Target[] = [
  {
    name: "gob",
    seeds: golden("vectors"),
    run(input) {
      for (const type of [gob.unknown, gobTypes[(input[0] ?? 0) % gobTypes.length]!]) decodeGob(type, input);
    },
  },
  {
    name: "netrpc",
    seeds: golden("transcripts"),
    async run(input) {
      const server = new RpcServer();
      for (const name of ["Plugin", "Control", "Arith"]) server.addService(name, service, serve);
      await connect(input, (duplex) => server.handle(duplex));
      let waiting: Promise<unknown> | undefined;
      await connect(input, (duplex) => {
        waiting = new RpcConnection(duplex).call("Plugin.Echo", service.Echo, null).catch(() => {});
      });
      await waiting;
    },
  },
  {
    name: "yamux",
    seeds: [
      Buffer.concat([frame(1, 1, 1, 0), frame(0, 0, 1, 5, Buffer.from("hello")), frame(1, 4, 1, 0)]),
      Buffer.concat([frame(2, 1, 0, 7), frame(1, 1, 3, 262_144), frame(1, 8, 3, 0), frame(3, 0, 0, 0)]),
    ],
    run: (input) =>
      connect(input, (duplex) => {
        const session = new Session(duplex, { role: "server" });
        session.closed.catch(() => {});
      }),
  },
  {
    name: "handshake",
    seeds: handshakes.map((line) => Buffer.from(line)),
    run(input) {
      try {
        checkHandshake(splitHandshake(input.toString()), { versions: [1, 2, 5], protocols: ["grpc", "netrpc"] });
      } catch (error) {
        if (!(error instanceof HandshakeError)) throw error;
      }
    },
  },
  {
    name: "log",
    seeds: logLines.map((line) => Buffer.from(line)),
    run(input) {
      for (const line of input.toString().split("\n")) {
        const entry = parseLogLine(line);
        if (entry && typeof entry.message !== "string") throw new Error("expected an entry with a message");
      }
    },
  },
];
