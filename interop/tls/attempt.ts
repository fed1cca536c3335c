import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LaunchOptions, launch, silentLogger } from "@go-plugin/host";
import { type Language, pluginCommand, runGoHost, withHost } from "../broker/run-pair.js";
import { scenarios } from "../broker/scenarios.js";
import { brokerPlugins } from "../broker/shared.js";
import type { Authority, Identity } from "./certificates.js";

/** The TLS settings of one side. */
export interface TlsSide {
  /** The authority that it trusts. */
  readonly trusts: Authority;
  readonly identity?: Identity;
  /** The name that the other side's certificate must have. */
  readonly serverName?: string;
  /** Asks for no client certificate. */
  readonly anyClient?: boolean;
  /** The newest TLS version that a Go side offers. */
  readonly maxVersion?: "1.1";
}

/** Plain text, a fixed configuration, or AutoMTLS, whose certificates are made for one start. */
export type Tls = "plain" | "AutoMTLS" | TlsSide;

/** With these OpenSSL speaks TLS 1.1. BoringSSL, which Bun has, does without, and refuses the words. */
export const oldCiphers = process.versions.bun ? {} : { ciphers: "DEFAULT@SECLEVEL=0" };

export type Result = "accepted" | { readonly refused: unknown };

/** Has a host start a plugin and ping it. */
export async function attempt(
  [host, plugin]: readonly [Language, Language],
  hostTls: Tls,
  pluginTls: Tls,
  pluginArgs: readonly string[] = [],
): Promise<Result> {
  const command = [...pluginCommand(plugin), ...flags(pluginTls), ...pluginArgs];
  const directory = mkdtempSync(join(tmpdir(), "tls-"));
  try {
    return host === "Go"
      ? await attemptInGo([...flags(hostTls), ...command], { TMPDIR: directory })
      : await attemptInTypeScript(command, hostTls, { env: { TMPDIR: directory } });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

// A Go host that has multiplexed a callback with a Go plugin sometimes loses the session right after it.
const conversation = ["ping", "call-plugin", "callback"] as const;

/**
 * Has a host start a plugin, ping it, receive a callback from it, and call the plugin's service. Returns the outcome of
 * each.
 */
export async function converse(
  [host, plugin]: readonly [Language, Language],
  hostTls: Tls,
  pluginTls: Tls,
  multiplex: boolean,
): Promise<Readonly<Record<string, unknown>>> {
  const command = [...pluginCommand(plugin), ...flags(pluginTls)];
  const directory = mkdtempSync(join(tmpdir(), "tls-"));
  try {
    if (host === "Go") {
      const goFlags = [`-scenarios=${conversation}`, `-multiplex=${multiplex}`, ...flags(hostTls)];
      return (await runGoHost([...goFlags, ...command], { TMPDIR: directory })).outcomes;
    }
    const [program, ...args] = command;
    const env = { TMPDIR: directory };
    const options = { command: program!, args, env, multiplex, sockets: { directory }, ...launchOptions(hostTls) };
    const outcomes: Record<string, unknown> = {};
    await withHost(options, 0, async (side) => {
      for (const name of conversation) outcomes[name] = await scenarios[name]!(side);
    });
    return outcomes;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Pings with the Go host of the scenarios. */
export async function attemptInGo(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Result> {
  const { outcomes } = await runGoHost(["-scenarios=ping", ...args], env);
  const { error } = outcomes.ping as { error: string };
  return error === "" ? "accepted" : { refused: error };
}

async function attemptInTypeScript(
  [command, ...args]: readonly string[],
  tls: Tls,
  options: Partial<LaunchOptions>,
): Promise<Result> {
  try {
    await using plugin = await launch(brokerPlugins, {
      ...options,
      command: command!,
      args,
      logger: silentLogger,
      ...launchOptions(tls),
    });
    await plugin.ping();
    return "accepted";
  } catch (refused) {
    return { refused };
  }
}

export function launchOptions(tls: Tls): Pick<LaunchOptions, "tls" | "autoMtls"> {
  if (typeof tls === "string") return { autoMtls: tls === "AutoMTLS" };
  const { trusts, identity, serverName, anyClient } = tls;
  return {
    tls: {
      ca: trusts.ca,
      ...(identity && { cert: identity.cert, key: identity.key }),
      ...(serverName && { serverName }),
      ...(anyClient && { requireClientCertificate: false }),
    },
  };
}

/** The settings as flags of the Go programs and of the plugin fixture. */
export function flags(tls: Tls): string[] {
  if (tls === "plain") return [];
  if (tls === "AutoMTLS") return ["-auto-mtls"];
  const { trusts, identity, serverName, anyClient, maxVersion } = tls;
  return [
    `--tls-ca=${trusts.caFile}`,
    ...(identity ? [`--tls-cert=${identity.certFile}`, `--tls-key=${identity.keyFile}`] : []),
    ...(serverName ? [`--tls-server-name=${serverName}`] : []),
    ...(anyClient ? ["--tls-any-client"] : []),
    ...(maxVersion ? [`--tls-max-version=${maxVersion}`] : []),
  ];
}
