import {
  againstPlain,
  againstUntraced,
  type Entry,
  entries,
  entry,
  goGo,
  goStock,
  goTs,
  nodeItself,
  pairs,
  stockGo,
  tsGo,
  tsTs,
} from "./entries.js";
import { codecs, streams } from "./streams.js";

/** A measurement that one command makes. */
export interface Row {
  /** The name on the command line. */
  readonly name: string;
  readonly command: { readonly row: string; readonly count: number; readonly size: number };
  /** The entries to compare. All are compared with the first, unless they say otherwise. */
  readonly entries: readonly Entry[];
  readonly metrics: readonly Metric[];
  /** Starts new processes for each round, without a warm-up round. */
  readonly fresh?: boolean;
  /**
   * @default 5
   */
  readonly rounds?: number;
  /** Includes the row in the smoke run. @default true */
  readonly smoke?: boolean;
}

/** One number of a result: one line of the table. */
export interface Metric {
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly better: "lower" | "higher";
  /**
   * The size of the result's unit in `unit`.
   * @default 1
   */
  readonly scale?: number;
  /** The target for the ratio, by column: a maximum, or a minimum if higher is better. */
  readonly targets?: Targets;
  /** The target is for the value instead of the ratio. */
  readonly absolute?: boolean;
  /** The columns of this line and their bases, in place of the row's. */
  readonly against?: Readonly<Record<string, string>>;
}

export type Targets = Readonly<Record<string, number>>;

const all = [...pairs, stockGo, goStock];
const stock = { [tsGo]: stockGo, [goTs]: goStock };
const mib = 1 << 20;

const p50 = (title: string, targets?: Targets): Metric => line("p50", `${title}: p50`, "µs", "lower", { targets });
const p99 = (title: string): Metric => line("p99", `${title}: p99`, "µs", "lower");
const ms = (key: string, title: string, targets?: Targets) => line(key, title, "ms", "lower", { targets });
const perSecond = (title: string, targets?: Targets) => line("rate", title, "k/s", "higher", { scale: 1e-3, targets });
const bytes = (title: string, size: number, targets?: Targets) =>
  line("rate", title, "MB/s", "higher", { scale: size / 1e6, targets });
const memory = (key: string, title: string, targets?: Targets) =>
  line(key, title, "MB", "lower", { scale: 1e-6, targets });

function line(
  key: string,
  title: string,
  unit: string,
  better: Metric["better"],
  more: { readonly scale?: number; readonly targets?: Targets | undefined } = {},
): Metric {
  const { scale, targets } = more;
  return { key, title, unit, better, ...(scale && { scale }), ...(targets && { targets }) };
}

function row(
  name: string,
  measured: string,
  count: number,
  size: number,
  of: readonly Entry[],
  metrics: Metric[],
): Row {
  return { name, command: { row: measured, count, size }, entries: of, metrics };
}

/** The memory in use after all operations, compared with that after half of them. */
function grows(name: string, measured: string, count: number, what: string): Row {
  const growth = (side: "host" | "plugin", column: string): Metric => ({
    ...line(`${side}Growth`, `live memory of the ${side} after ${what}, against half of them`, "×", "lower"),
    absolute: true,
    targets: { [column]: 1.1 },
  });
  const metrics = [growth("host", tsGo), growth("plugin", goTs)];
  return { ...row(name, measured, count, 32, entries([tsGo, goTs]), metrics), fresh: true, rounds: 1 };
}

const packaged = entry(goTs, { plugin: "packaged" });

const launches: readonly Row[] = [
  row("launch", "launch", 4, 0, entries(all), [
    ms("first", "launch to first reply", { [tsGo]: 1.3 }),
    ms("close", "close"),
  ]),
  {
    ...row("launch-first", "launch", 1, 0, entries([goGo, tsGo]), [ms("first", "the same, first of its host")]),
    fresh: true,
    rounds: 7,
  },
  row(
    "launch-packaged",
    "launch",
    4,
    0,
    [nodeItself, packaged],
    [ms("first", "launch of a packaged plugin to first reply, against `node -e 0`", { [goTs]: 1.4 })],
  ),
  {
    ...row(
      "launch-executable",
      "launch",
      4,
      0,
      [nodeItself, entry(goTs, { plugin: "executable" })],
      [ms("first", "the same of a single executable application", { [goTs]: 1.4 })],
    ),
    smoke: false,
  },
  row("launch-mtls", "launch", 4, 0, againstPlain(pairs, ["--mtls"]), [
    ms("first", "launch to first reply, AutoMTLS against plain"),
  ]),
];

const calls: readonly Row[] = [
  row("unary", "unary", 1_500, 32, entries(all), [
    p50("unary 32 B", { [tsGo]: 1.2, [goTs]: 1.1 }),
    p99("unary 32 B"),
    { ...p50("unary 32 B against grpc-js", { [tsGo]: 0.7, [goTs]: 0.7 }), against: stock },
  ]),
  row("inflight", "inflight", 8_000, 32, entries(all), [
    perSecond("unary 32 B, 64 in flight: calls", { [tsGo]: 0.55, [goTs]: 0.7 }),
    { ...perSecond("the same against grpc-js", { [tsGo]: 2.5, [goTs]: 2.5 }), against: stock },
    line("hostCpu", "the same: CPU of the host per call", "µs", "lower"),
    line("pluginCpu", "the same: CPU of the plugin per call", "µs", "lower"),
  ]),
  row("download", "download", 60_000, 32, entries(all), [
    perSecond("server stream 32 B: messages", { [tsGo]: 0.6, [goTs]: 0.85 }),
  ]),
  row("download-large", "download", 1_500, 65_536, entries(all), [
    bytes("server stream 64 KiB", 65_536, { [tsGo]: 1.1 }),
  ]),
  row("upload-large", "upload", 1_500, 65_536, entries(all), [bytes("client stream 64 KiB", 65_536, { [tsGo]: 0.95 })]),
  row("bidi", "pingpong", 2_000, 32, entries(all), [
    p50("bidi ping-pong 32 B", { [tsGo]: 0.9, [goTs]: 0.9 }),
    p99("bidi ping-pong 32 B"),
  ]),
  row("bidi-inflight", "pipelined", 15_000, 32, entries(all), [
    perSecond("bidi 32 B, 64 in flight: messages", { [tsGo]: 1, [goTs]: 1 }),
  ]),
  row("unary-mtls", "unary", 1_500, 32, againstPlain(pairs, ["--mtls"]), [
    p50("unary 32 B, AutoMTLS against plain", { [tsGo]: 1.25, [goTs]: 1.25 }),
  ]),
  row("unary-traced", "unary", 1_500, 32, againstUntraced([goGo]), [
    p50("unary 32 B, through `go-plugin trace` against direct", { [goGo]: 2 }),
  ]),
  row("unary-traced-mtls", "unary", 1_500, 32, againstUntraced([goGo], ["--mtls"]), [
    p50("unary 32 B with AutoMTLS, through `go-plugin trace` against direct", { [goGo]: 2 }),
  ]),
  row("unary-multiplex", "unary", 1_500, 32, againstPlain(pairs, ["--multiplex"]), [
    p50("unary 32 B, multiplexed against direct", { [tsGo]: 1.1, [goTs]: 1.1 }),
  ]),
  row("download-multiplex", "download", 1_500, 65_536, againstPlain(pairs, ["--multiplex"]), [
    bytes("server stream 64 KiB, multiplexed against direct", 65_536, { [tsGo]: 0.9, [goTs]: 0.9 }),
  ]),
];

const broker: readonly Row[] = ["", "-multiplex"].flatMap((suffix) => {
  const flags = suffix === "" ? [] : ["--multiplex"];
  const how = suffix === "" ? "" : ", multiplexed";
  return [
    row(`first-callback${suffix}`, "first-callback", 60, 0, entries(pairs, flags), [
      p50(`first callback after nextId${how}`, { [tsGo]: 1.3, [goTs]: 1.3 }),
    ]),
    row(`callback${suffix}`, "callback", 1_500, 0, entries(pairs, flags), [
      p50(`callback${how}`, { [tsGo]: 1.2, [goTs]: 1.2 }),
    ]),
  ];
});

const overNetRpc = entries(pairs, ["--protocol=netrpc"]);
const netrpc: readonly Row[] = [
  row("netrpc", "unary", 2_000, 32, overNetRpc, [p50("net/rpc 32 B", { [tsGo]: 0.8, [goTs]: 0.8 })]),
  row("netrpc-traced", "unary", 2_000, 32, againstUntraced([goGo], ["--protocol=netrpc"]), [
    p50("net/rpc 32 B, through `go-plugin trace` against direct", { [goGo]: 2 }),
  ]),
  row("netrpc-inflight", "inflight", 10_000, 32, overNetRpc, [
    perSecond("net/rpc 32 B, 64 in flight: calls", { [tsGo]: 1.2, [goTs]: 1.2 }),
  ]),
  row("netrpc-record", "record", 1_000, 0, overNetRpc, [p50("net/rpc, 100 ints and a map of 20")]),
  row("netrpc-payload", "payload", 100, mib, overNetRpc, [
    bytes("net/rpc 1 MiB, one way", mib, { [tsGo]: 0.9, [goTs]: 0.9 }),
  ]),
];

const others: readonly Row[] = [
  row("stdout", "print", 30_000, 1_024, entries(pairs), [bytes("stdout of the plugin", 1_024, { [goTs]: 1 })]),
  {
    ...row(
      "memory",
      "memory",
      0,
      32,
      [nodeItself, packaged],
      [memory("pluginRss", "memory of a plugin after the first reply, against `node -e 0`", { [goTs]: 1.35 })],
    ),
    fresh: true,
  },
  grows("memory-calls", "memory", 1_000_000, "a million calls"),
  grows("memory-callbacks", "memory-callbacks", 10_000, "10,000 brokered connections"),
];

/** yamux is compared with the bare socket between the same two languages. */
const layers: readonly Row[] = [
  row(
    "yamux",
    "bulk",
    1_000,
    65_536,
    [streams(goGo, true), streams(tsGo, true), streams(goTs, true), streams(tsTs, true)],
    [bytes("yamux against the raw socket, 64 KiB writes", 65_536)],
  ),
  row(
    "yamux-pingpong",
    "pingpong",
    3_000,
    32,
    [streams(goGo, true), streams(tsGo, true), streams(goTs, true), streams(tsTs, true)],
    [p50("yamux against the raw socket, ping-pong 32 B")],
  ),
  row("gob", "gob", 10_000, 0, codecs(10_000), [
    line("encode", "gob: encoding a golden struct", "µs", "lower"),
    line("decode", "gob: decoding a golden struct", "µs", "lower"),
  ]),
];

export const rows: readonly Row[] = [...launches, ...calls, ...broker, ...netrpc, ...others, ...layers];
