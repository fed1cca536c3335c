import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { giveToGroup, type Logger, maxSocketPathBytes, socketPathFits } from "@go-plugin/proto/internal";
import type { Resource } from "../end/resource.js";
import { PluginError } from "../errors.js";
import type { LaunchSettings } from "../validate/launch-options.js";

/** The prefix that Go's hosts use. A host that reattaches recognises a directory made for a plugin by it. */
const prefix = "plugin-dir";
/** The longest path of a socket in it; either side may make one. */
const longestName = `${prefix}XXXXXX/plugin0123456789abcdef`;

/**
 * Makes the directory that the host shares with the plugin of a runner. Go: Client.Start, for RunnerFunc.
 *
 * @throws {PluginError} `ERR_PLUGIN_OPTIONS` when it cannot be made, or its path is too long for sockets.
 */
export function createSocketDirectory({ sockets, logger }: Pick<LaunchSettings, "sockets" | "logger">): string {
  const { directory, group } = sockets;
  // Only the temporary directory, which the user did not choose, has an alternative.
  const parents = (directory === undefined ? [tmpdir(), "/tmp"] : [directory]).map((parent) => resolve(parent));
  const parent = parents.find((path) => process.platform === "win32" || socketPathFits(join(path, longestName)));
  if (parent === undefined) {
    throw new PluginError(
      "ERR_PLUGIN_OPTIONS",
      `option sockets: expected a directory whose path leaves room for sockets (${maxSocketPathBytes} bytes in all), got ${parents[0]}`,
    );
  }
  let path: string | undefined;
  try {
    path = mkdtempSync(join(parent, prefix));
    if (group !== undefined) giveToGroup(path, group, 0o770);
    return path;
  } catch (cause) {
    if (path) removeSocketDirectory(path, logger);
    throw new PluginError("ERR_PLUGIN_OPTIONS", `option sockets: ${(cause as Error).message}`, { cause });
  }
}

/** Recognises a directory that a host has made for a plugin. */
export function isSocketDirectory(path: string): boolean {
  return /^plugin-dir[^/\\]+$/.test(path.slice(path.lastIndexOf("/") + 1));
}

/** A directory that is removed with its plugin. */
export function ownedSocketDirectory(path: string, logger: Logger): Resource {
  const remove = () => removeSocketDirectory(path, logger);
  return { release: remove, kill: remove };
}

/** Removes the directory. A plugin in a container may have made files there that this user cannot remove. */
export function removeSocketDirectory(path: string, logger: Logger): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    logger.error("cannot remove the directory of a plugin's sockets", { path, error });
  }
}
