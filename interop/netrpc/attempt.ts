import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flags, launchOptions, type Result, type Tls } from "../tls/attempt.js";
import { withHost } from "./host.js";
import { type Pair, pluginCommand, runGoHost } from "./run-pair.js";
import { scenarios } from "./scenarios.js";

/** Has a host start a plugin, and makes calls in both directions. */
export async function attempt(
  [host, plugin]: Pair,
  hostTls: Tls,
  pluginTls: Tls,
  pluginArgs: readonly string[] = [],
): Promise<Result> {
  const [command, ...args] = [...pluginCommand(plugin), ...flags(pluginTls), ...pluginArgs] as [string, ...string[]];
  const directory = mkdtempSync(join(tmpdir(), "netrpc-tls-"));
  const env = { TMPDIR: directory };
  try {
    if (host === "Go") await runGoHost(["-scenarios=callback", ...flags(hostTls), command, ...args], env);
    else await withHost({ command, args, env, ...launchOptions(hostTls) }, 0, scenarios.callback!);
    return "accepted";
  } catch (refused) {
    return { refused };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
