import type { ReattachConfig } from "../reattach-config.js";

/**
 * Go's own form of a reattach configuration, as Go programs print it: with `Addr` as Terraform writes it
 * (`{ Network, String }`), or as encoding/json writes a net.UnixAddr or net.TCPAddr. Go: ReattachConfig.
 */
export interface GoReattachConfig {
  /** "grpc", "netrpc", or empty for net/rpc. */
  readonly Protocol?: string;
  readonly ProtocolVersion?: number;
  readonly Pid: number;
  readonly Test?: boolean;
  readonly Addr:
    | { readonly Network: string; readonly String: string }
    | { readonly Name: string; readonly Net: string }
    | { readonly IP: string; readonly Port: number; readonly Zone?: string };
}

/** Distinguishes Go's form from this library's. */
export function isGoReattachConfig(config: unknown): config is GoReattachConfig {
  return typeof config === "object" && config !== null && "Addr" in config;
}

/**
 * Converts Go's form. The fields are not validated further: {@link ReattachConfig} may come from anywhere too.
 *
 * @throws {TypeError} when `Addr` has none of Go's forms.
 */
export function fromGoReattachConfig(config: GoReattachConfig): ReattachConfig {
  const { Protocol = "", ProtocolVersion = 0, Pid, Test, Addr } = config ?? ({} as GoReattachConfig);
  return {
    protocol: (Protocol === "" ? "netrpc" : Protocol) as ReattachConfig["protocol"],
    version: ProtocolVersion,
    ...fromAddr(Addr),
    pid: Pid,
    ...(Test && { test: true }),
  };
}

/** Converts to Go's form, with `Addr` as Terraform reads it. The form has no place for certificates. */
export function toGoReattachConfig({
  protocol,
  version,
  network,
  address,
  pid,
  test,
}: ReattachConfig): GoReattachConfig {
  return {
    Protocol: protocol,
    ProtocolVersion: version,
    Pid: pid,
    Test: test === true,
    Addr: { Network: network, String: address },
  };
}

function fromAddr(addr: GoReattachConfig["Addr"]): Pick<ReattachConfig, "network" | "address"> {
  const fields = (addr ?? {}) as Record<string, unknown>;
  const network = fields.Network ?? fields.Net ?? (fields.Port === undefined ? undefined : "tcp");
  const { IP, Port, Zone } = fields;
  const host = typeof IP === "string" && IP.includes(":") ? `[${IP}${Zone ? `%${Zone}` : ""}]` : IP;
  const address = fields.String ?? fields.Name ?? (Port === undefined ? undefined : `${host}:${Port}`);
  if (typeof network === "string" && typeof address === "string") {
    return { network: network as ReattachConfig["network"], address };
  }
  throw new TypeError(
    `expected Addr to be { Network, String }, { Name, Net } or { IP, Port }, got ${JSON.stringify(addr)}`,
  );
}
