import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LaunchOptions, launch, silentLogger } from "@go-plugin/host";
import { type Language, pluginCommand, runGoHost, withHost } from "../broker/run-pair.js";
import { scenarios } from "../broker/scenarios.js";
import { brokerPlugins } from "../broker/shared.js";
import type { Authority, Identity } from "./certificates.js";

/** How one side secures its connections. */
export interface TlsSide {
  /** Whom it trusts. */
  readonly trusts: Authority;
  readonly identity?: Identity;
  /** The name that the other side's certificate has to be for. */
  readonly serverName?: string;
  /** Asks for no client certificate. */
  readonly anyClient?: boolean;
  /** Of a Go side only: no newer one. */
  readonly maxVersion?: "1.1";
}

/** Nothing at all, a fixed configuration, or certificates that are made for the one start. */
export type Tls = "plain" | "AutoMTLS" | TlsSide;

export type Result = "accepted" | { readonly refused: unknown };

/** Lets a host start a plugin and ping it. */
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

// A Go host that has multiplexed a callback with a Go plugin now and then loses the session right after it.
const conversation = ["ping", "call-plugin", "callback"] as const;

/** Lets a host start a plugin, ping it, be called back by it, and call what it serves; returns what came of each. */
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

/** As the Go programs and the plugin fixture take it. */
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
