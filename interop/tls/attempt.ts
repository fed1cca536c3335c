import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LaunchOptions, launch } from "@go-plugin/host";
import { silentLogger } from "@go-plugin/proto";
import { type Language, pluginCommand, runGoHost } from "../broker/run-pair.js";
import { brokerPlugins } from "../broker/shared.js";
import type { Authority, Identity } from "./certificates.js";

/** How one side secures its connections. */
export interface TlsSide {
  /** Whom it trusts. */
  readonly trusts: Authority;
  readonly identity?: Identity;
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
  const { trusts, identity } = tls;
  return { tls: { ca: trusts.ca, ...(identity && { cert: identity.cert, key: identity.key }) } };
}

/** As the Go programs and the plugin fixture take it. */
export function flags(tls: Tls): string[] {
  if (tls === "plain") return [];
  if (tls === "AutoMTLS") return ["-auto-mtls"];
  const { trusts, identity, maxVersion } = tls;
  return [
    `--tls-ca=${trusts.caFile}`,
    ...(identity ? [`--tls-cert=${identity.certFile}`, `--tls-key=${identity.keyFile}`] : []),
    ...(maxVersion ? [`--tls-max-version=${maxVersion}`] : []),
  ];
}
