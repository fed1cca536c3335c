import { showInvisible } from "../text-of.js";
import { parseGoBool, parseGoInt, trimGoSpace } from "./go-values.js";

/** The version of go-plugin's own protocol, the first field of the handshake line. Go: CoreProtocolVersion. */
export const coreProtocolVersion = 1;

/** Go: Protocol. */
export type Protocol = "grpc" | "netrpc";

/** The plugin's first line of stdout, parsed: `CORE|APP|NETWORK|ADDRESS|PROTOCOL|SERVERCERT[|MUX]`. */
export interface Handshake {
  /** The application version that the plugin chose. */
  readonly appVersion: number;
  readonly network: "unix" | "tcp";
  /** A path, or `host:port`. */
  readonly address: string;
  readonly protocol: Protocol;
  /** DER of the plugin's one-time certificate in unpadded base64; empty without AutoMTLS. */
  readonly serverCertificate: string;
  /** True if the gRPC broker may share the connection; `undefined` writes no seventh field. */
  readonly multiplex: boolean | undefined;
}

/** The versions and protocols that a host accepts. */
export interface HandshakeExpectation {
  readonly versions: readonly number[];
  readonly protocols: readonly Protocol[];
  /** The host requested multiplexing, which a gRPC plugin must confirm. */
  readonly multiplex?: boolean;
}

/** The reason why a handshake line was refused. */
export type HandshakeErrorCode =
  | "ERR_HANDSHAKE_UNRECOGNIZED"
  | "ERR_HANDSHAKE_CORE_VERSION"
  | "ERR_HANDSHAKE_VERSION"
  | "ERR_HANDSHAKE_NETWORK"
  | "ERR_HANDSHAKE_PROTOCOL"
  | "ERR_HANDSHAKE_CERTIFICATE"
  | "ERR_HANDSHAKE_MULTIPLEX";

/** A plugin's first line is not a handshake that this host can accept. */
export class HandshakeError extends Error {
  static override get name(): string {
    return "HandshakeError";
  }
  override readonly name = "HandshakeError";
  constructor(
    readonly code: HandshakeErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/**
 * The handshake line, without its newline.
 *
 * @example
 * ```ts
 * const line = formatHandshake({
 *   appVersion: 1,
 *   network: "unix",
 *   address: "/tmp/plugin.sock",
 *   protocol: "grpc",
 *   serverCertificate: "",
 *   multiplex: undefined,
 * });
 * line.startsWith(`${coreProtocolVersion}|1|unix|`); // true
 * ```
 */
export function formatHandshake(handshake: Handshake): string {
  const { appVersion, network, address, protocol, serverCertificate, multiplex } = handshake;
  const fields = [coreProtocolVersion, appVersion, network, address, protocol, serverCertificate];
  if (multiplex !== undefined) fields.push(String(multiplex));
  return fields.join("|");
}

/** The unchecked fields of a handshake line. */
export interface HandshakeFields {
  readonly coreVersion: string;
  readonly appVersion: string;
  readonly network: string;
  readonly address: string;
  readonly protocol: string;
  readonly serverCertificate: string;
  readonly multiplex: string | undefined;
}

/**
 * Splits a handshake line as Go's host does: it ignores white space around the line and fields after the seventh, and a
 * missing protocol is net/rpc.
 *
 * @throws {HandshakeError} `ERR_HANDSHAKE_UNRECOGNIZED` for a line of fewer than four fields.
 */
export function splitHandshake(line: string): HandshakeFields {
  const fields = trimGoSpace(line).split("|");
  if (fields.length < 4) {
    throw new HandshakeError(
      "ERR_HANDSHAKE_UNRECOGNIZED",
      `Unrecognized remote plugin message: ${quote(line)}. Expected CORE|APP|NETWORK|ADDRESS|PROTOCOL|CERTIFICATE as the first line of stdout. ` +
        "Either this program is not a go-plugin plugin, or it printed something to stdout before it served.",
    );
  }
  const [coreVersion, appVersion, network, address, protocol = "netrpc", serverCertificate = "", multiplex] =
    fields as [string, string, string, string, ...string[]];
  return { coreVersion, appVersion, network, address, protocol, serverCertificate, multiplex };
}

/**
 * Checks the fields of a handshake line, with the same checks in the same order as Go's host. It ignores a certificate of
 * up to 50 bytes: old plugins used that field for other things.
 *
 * @throws {HandshakeError} for a plugin that Go's host refuses.
 */
export function checkHandshake(fields: HandshakeFields, expected: HandshakeExpectation): Handshake {
  const { network, address, protocol } = fields;
  checkCoreVersion(fields.coreVersion);
  return {
    appVersion: checkAppVersion(fields.appVersion, expected.versions),
    network: checkNetwork(network, address),
    address,
    protocol: checkProtocol(protocol, expected.protocols),
    serverCertificate: checkCertificate(fields.serverCertificate),
    multiplex: checkMultiplex(fields.multiplex, expected.multiplex === true && protocol === "grpc"),
  };
}

/**
 * Splits and checks a handshake line.
 *
 * @throws {HandshakeError}
 *
 * @example
 * ```ts
 * try {
 *   const { network, address } = parseHandshake(line, { versions: [1], protocols: ["grpc"] });
 * } catch (error) {
 *   if (error instanceof HandshakeError) console.error(error.code);
 * }
 * ```
 */
export function parseHandshake(line: string, expected: HandshakeExpectation): Handshake {
  return checkHandshake(splitHandshake(line), expected);
}

function checkCoreVersion(text: string): void {
  const version = parseGoInt(text);
  if (version === coreProtocolVersion) return;
  throw new HandshakeError(
    "ERR_HANDSHAKE_CORE_VERSION",
    version === undefined
      ? `error parsing core protocol version: expected ${coreProtocolVersion}, got ${quote(text)}. Did something print to stdout before the handshake line?`
      : `incompatible core API version with plugin. Plugin version: ${version}, Core version: ${coreProtocolVersion}. ` +
          "The plugin was built with another generation of go-plugin: rebuild it, or report this to its author.",
  );
}

function checkAppVersion(text: string, versions: readonly number[]): number {
  const version = parseGoInt(text);
  if (version !== undefined && versions.includes(version)) return version;
  throw new HandshakeError(
    "ERR_HANDSHAKE_VERSION",
    version === undefined
      ? `Error parsing protocol version ${quote(text)}: expected a number`
      : `incompatible API version with plugin. Plugin version: ${version}, Client versions: [${versions.join(" ")}]. ` +
          (version > Math.max(...versions)
            ? "The plugin is newer than this host."
            : "The plugin is too old, or has another set of versions."),
  );
}

function checkNetwork(network: string, address: string): "unix" | "tcp" {
  if (network === "unix" || network === "tcp") {
    if (address !== "" && (network === "unix" || /^.*:\d+$/.test(address))) return network;
    throw new HandshakeError(
      "ERR_HANDSHAKE_NETWORK",
      `expected ${network === "unix" ? "the path of a socket" : "host:port"} as the plugin's address, got ${quote(address)}`,
    );
  }
  throw new HandshakeError(
    "ERR_HANDSHAKE_NETWORK",
    `unknown address type: expected unix or tcp, got ${quote(network)} (address ${quote(address)})`,
  );
}

function checkProtocol(text: string, protocols: readonly Protocol[]): Protocol {
  const protocol = protocols.find((allowed) => allowed === text);
  if (protocol) return protocol;
  throw new HandshakeError(
    "ERR_HANDSHAKE_PROTOCOL",
    `unsupported plugin protocol ${quote(text)}. Supported: [${protocols.join(" ")}]`,
  );
}

function checkCertificate(text: string): string {
  if (Buffer.byteLength(text) <= 50) return "";
  // A certificate's DER is one ASN.1 sequence. The TLS layer checks the rest, since it has to parse it anyway.
  if (/^[A-Za-z0-9+/]+$/.test(text) && Buffer.from(text, "base64")[0] === 0x30) return text;
  throw new HandshakeError(
    "ERR_HANDSHAKE_CERTIFICATE",
    `error parsing server cert: expected a DER certificate in unpadded base64, got ${quote(text)}`,
  );
}

function checkMultiplex(text: string | undefined, required: boolean): boolean | undefined {
  const supported = text === undefined ? undefined : parseGoBool(text);
  if (!required || supported) return supported;
  throw new HandshakeError(
    "ERR_HANDSHAKE_MULTIPLEX",
    text === undefined || supported === false
      ? "client requested gRPC broker multiplexing but plugin does not support the feature. Go plugins need go-plugin 1.6 or newer; or turn multiplexing off."
      : `error parsing ${quote(text)} as a boolean for gRPC broker multiplexing support`,
  );
}

/** Quotes untrusted text: escaped, and shortened to a readable length. */
function quote(text: string): string {
  return showInvisible(JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text));
}
