import type { PluginPlan } from "../../packages/conformance/src/peer/plan.js";

/** A plugin that breaks one rule, and the other rules whose checks notice it unavoidably. */
export interface Mutant {
  readonly plan: PluginPlan;
  readonly also?: readonly string[];
}

const line = "1|{version}|{network}|{address}|{protocol}|{certificate}{multiplex}\n";
const entry = (fields: object) =>
  `${JSON.stringify({ "@level": "info", "@message": "here", "@timestamp": "2026-01-02T03:04:05.678901Z", ...fields })}\n`;

/** The plan of every plugin below, apart from its one fault. */
export const faultless: PluginPlan = {
  cookie: ["CONFORMANCE", "hello"],
  versions: [1, 2],
  stderr: entry({}),
  grpc: { echo: "/conformance.Echo/Echo" },
};

const netrpc = { name: "echo" };

/** One for each rule that `check` sees. */
export const pluginMutants: Readonly<Record<string, Mutant>> = {
  "CK-2": { plan: { cookie: undefined } as unknown as PluginPlan },
  "ENV-7": { plan: { needsVariable: "PLUGIN_MIN_PORT" } },
  "HS-1": { plan: { line: `Starting\n${line}` } },
  "HS-2": { plan: { line: line.trimEnd() } },
  "HS-3": { plan: { line: line.replace("1", "2") } },
  "HS-4": { plan: { line: line.replace("{version}", "v{version}") } },
  "HS-5": { plan: { line: line.replace("{network}", "udp") } },
  "HS-6": { plan: { listensAfterMs: 300 } },
  "HS-7": { plan: { line: line.replace("{protocol}", "http") } },
  "HS-8": { plan: { announcesUnasked: true } },
  "HS-9": { plan: { line: line.replace("{certificate}", "{certificate}=") }, also: ["HS-11"] },
  "HS-10": { plan: { line: line.replace("{multiplex}", "|true") } },
  "HS-11": {
    plan: {
      line: "1|{version}|{network}|{address}|{protocol}{multiplex}\n",
      multiplex: {},
      ignores: ["PLUGIN_CLIENT_CERT"],
    },
    also: ["TLS-1", "TLS-7"],
  },
  "HS-12": { plan: { stdoutAfterLine: "ready\n" } },
  "VER-1": { plan: { choose: "first listed" } },
  "VER-2": { plan: { choose: "a listed one or exit" } },
  "VER-3": { plan: { choose: "numbers or exit" } },
  "SK-1": { plan: { network: "tcp" } },
  "SK-2": { plan: { network: "tcp", bind: "0.0.0.0" }, also: ["SK-1"] },
  "SK-3": { plan: { network: "tcp", anyPort: true }, also: ["SK-1"] },
  "SK-4": { plan: { mode: 0o777 }, also: ["SK-6"] },
  "SK-5": { plan: { ignores: ["PLUGIN_UNIX_SOCKET_DIR"] } },
  "SK-6": { plan: { ignores: ["PLUGIN_UNIX_SOCKET_GROUP"] } },
  "SK-8": { plan: { keepsSocket: true } },
  "SK-9": { plan: { fixedPath: true } },
  "SK-10": { plan: { endsAtNonsense: true } },
  "LOG-2": { plan: { stderr: entry({ "@message": 1 }) } },
  "LOG-3": { plan: { stderr: entry({ "@timestamp": "2026-01-02T03:04:05Z" }) } },
  "LOG-4": { plan: { stderr: entry({ "@level": "notice" }) } },
  "GRPC-2": { plan: { grpc: { ...faultless.grpc, health: 2 } } },
  "GRPC-3": { plan: { grpc: { ...faultless.grpc, unknownHealth: 2 } } },
  "GRPC-4": { plan: { grpc: { ...faultless.grpc, refusesAuthority: "unused" } } },
  "GRPC-6": { plan: { grpc: { ...faultless.grpc, unknownMethod: 2 } } },
  "GRPC-7": { plan: { end: "unimplemented" } },
  "GRPC-8": { plan: { grpc: { ...faultless.grpc, stdio: "ends" } } },
  "GRPC-9": { plan: { grpc: { ...faultless.grpc, broker: "ends" } } },
  // A plugin that takes only one connection cannot take another after garbage, or plain text after TLS.
  "GRPC-14": { plan: { oneConnection: true }, also: ["SK-10", "TLS-1", "TLS-4"] },
  "GRPC-15": { plan: { grpc: {} } },
  "BRK-10": { plan: { grpc: { ...faultless.grpc, broker: "ends at an id" } } },
  "MUX-1": { plan: { multiplex: { saysOnly: true } } },
  "MUX-4": { plan: { multiplex: { oneStream: true } } },
  "MUX-8": { plan: { multiplex: { grantsEveryKnock: true } } },
  "MUX-9": { plan: { multiplex: { withoutTls: true } } },
  "TLS-1": { plan: { ignores: ["PLUGIN_CLIENT_CERT"] }, also: ["TLS-7"] },
  "TLS-2": { plan: { tls: { certificate: { name: null } } } },
  "TLS-3": { plan: { tls: { presentsAnother: true } } },
  "TLS-4": { plan: { tls: { serves: "anybody" } } },
  "TLS-5": { plan: { tls: { minVersion: "TLSv1" } } },
  "TLS-6": { plan: { tls: { withoutAlpn: true } } },
  "TLS-7": { plan: { tls: { nonsense: "serve in plain text" } } },
  "TLS-8": { plan: { tls: { signatures: "ecdsa_secp256r1_sha256" } } },
  "NR-1": { plan: { netrpc: { ...netrpc, swapped: true } } },
  "NR-2": { plan: { netrpc: { ...netrpc, refusesPing: true } } },
  "NR-3": { plan: { netrpc, end: "stay" } },
  "NR-4": { plan: { netrpc: { ...netrpc, endsAtUnknownName: true } } },
  "NR-5": { plan: { netrpc: { ...netrpc, endsAtUnknownService: true } } },
  "NR-6": { plan: { netrpc: { ...netrpc, withoutEcho: true } } },
  "END-1": { plan: { end: "stay" } },
  "END-2": { plan: { exitCode: 3 } },
  "END-7": { plan: { endsAtInterrupt: true } },
  "END-8": { plan: { outlivesHost: true } },
};
