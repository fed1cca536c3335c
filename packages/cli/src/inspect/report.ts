import type { Handshake } from "@go-plugin/proto/handshake";
import { coreProtocolVersion } from "@go-plugin/proto/handshake";
import type { OpenPlugin } from "../plugin/open-plugin.js";
import type { KnownServices } from "../plugin/schema.js";
import {
  type CertificateReport,
  describeCertificate,
  describeSocket,
  type SocketReport,
} from "./describe-handshake.js";
import { describeMessages, describeServices, type FieldReport, type ServiceReport } from "./describe-services.js";
import { inspectNetRpc, type NetRpcReport } from "./inspect-netrpc.js";
import { findOwnServices, type OwnServices } from "./own-services.js";

/** The report on a plugin. */
export interface Report {
  readonly command: string | undefined;
  readonly product: string | undefined;
  /** Each field of the line that the plugin printed. */
  readonly handshake: readonly { readonly field: string; readonly value: string; readonly meaning: string }[];
  readonly socket: SocketReport | undefined;
  readonly certificate: CertificateReport | undefined;
  /** Milliseconds from the start of the process to its handshake line; not for a plugin that ran before. */
  readonly lineMs?: number;
  /** Milliseconds from the start of the process, or of the connection, to its first reply. */
  readonly firstReplyMs: number;
  readonly ownServices?: OwnServices;
  readonly netrpc?: NetRpcReport;
  readonly services?: readonly ServiceReport[];
  /** By name; only when they were asked for. */
  readonly messages?: Readonly<Record<string, readonly FieldReport[]>>;
}

export interface ReportOptions {
  readonly command: string | undefined;
  readonly messages: boolean;
  /** Names to dispense from a plugin that speaks net/rpc. */
  readonly names: readonly string[];
  /** Services of the given descriptors. */
  readonly given: readonly string[];
}

export async function makeReport(
  opened: OpenPlugin,
  known: KnownServices | undefined,
  options: ReportOptions,
  signal: AbortSignal,
): Promise<Report> {
  const { handshake } = opened.plugin;
  const base = {
    command: options.command,
    product: opened.product?.what,
    handshake: explainHandshake(handshake, opened),
    socket: describeSocket(handshake),
    certificate: describeCertificate(handshake),
    ...(opened.lineMs !== undefined && { lineMs: opened.lineMs }),
    firstReplyMs: opened.startedInMs,
  };
  if (!known) return { ...base, netrpc: await inspectNetRpc(opened, options.names) };
  const services = describeServices(known, options.given);
  return {
    ...base,
    ownServices: await findOwnServices(opened, known, signal),
    services,
    ...(options.messages && {
      messages: describeMessages(
        known,
        services.filter(({ name }) => !isStandard(name)),
      ),
    }),
  };
}

function explainHandshake(handshake: Handshake, { options }: OpenPlugin): Report["handshake"] {
  const { appVersion, network, address, protocol, serverCertificate, multiplex } = handshake;
  return [
    { field: "core version", value: String(coreProtocolVersion), meaning: "of go-plugin's own protocol" },
    { field: "app version", value: String(appVersion), meaning: "of the application's, the one that the plugin chose" },
    { field: "network", value: network, meaning: network === "unix" ? "a socket file" : "a TCP port" },
    { field: "address", value: address, meaning: "where it listens" },
    { field: "protocol", value: protocol, meaning: protocol === "grpc" ? "gRPC" : "net/rpc over yamux, values in gob" },
    {
      field: "certificate",
      value: serverCertificate === "" ? "" : `${serverCertificate.length} characters of base64`,
      meaning: options.autoMtls
        ? "AutoMTLS: both sides show a one-time certificate"
        : "none: the connection is not encrypted",
    },
    {
      field: "multiplex",
      value: multiplex === undefined ? "" : String(multiplex),
      meaning: multiplex
        ? "brokered connections share the one connection"
        : "brokered connections have sockets of their own",
    },
  ];
}

/** go-plugin's own services, and those that every gRPC server may have. */
export function isStandard(service: string): boolean {
  return /^(plugin\.GRPC(Broker|Controller|Stdio)|grpc\.(health|reflection)\..*)$/.test(service);
}
