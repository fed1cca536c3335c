import { dirname } from "node:path";
import {
  type Deadline,
  type GoReattachConfig,
  type Handshake,
  type Logger,
  loadTls,
  type PluginDefinition,
  type PluginSet,
  type ReattachConfig,
  reasonOf,
  type Security,
  type Versions,
} from "@go-plugin/proto/internal";
import { connectClient } from "../connect/connect-client.js";
import { Lifecycle } from "../end/lifecycle.js";
import { ownedSocketFile } from "../end/socket-file.js";
import { PluginError } from "../errors.js";
import { type Plugin, PluginHandle } from "../plugin.js";
import { identify, isAncestor } from "../process/process-tree.js";
import type { AttachedRunner } from "../runner/runner.js";
import { RunnerProcess } from "../runner/runner-process.js";
import { isSocketDirectory, ownedSocketDirectory } from "../runner/socket-directory.js";
import { startDeadline } from "../start/start-deadline.js";
import type { LaunchOptions, LaunchSettings } from "../validate/launch-options.js";
import { refuse, validateOptions } from "../validate/validate-options.js";
import { AttachedProcess } from "./attached-process.js";
import { normalizeReattachConfig, validateReattachConfig } from "./reattach-config.js";
import { findOwnership } from "./socket-owner.js";

const commonOptions = [
  "startTimeoutMs",
  "shutdownTimeoutMs",
  "killTree",
  "logger",
  "stdout",
  "stderr",
  "tls",
  "keepAlive",
  "sockets",
  "managed",
  "interceptors",
  "signal",
] as const satisfies readonly (keyof LaunchOptions)[];

/** Options of {@link reattach}: those of {@link launch} that apply to a running plugin. */
export type ReattachOptions = Pick<LaunchOptions, (typeof commonOptions)[number]> & {
  /**
   * Attaches to a plugin that a runner runs, instead of the process that the configuration names. Brokered sockets are
   * made in `sockets.directory`, by default beside the plugin's own socket. Go: ReattachFunc.
   * @default none: attaches to the process
   */
  readonly runner?: () => AttachedRunner | Promise<AttachedRunner>;
};

/**
 * Connects to a running plugin that another host has started. Go: ClientConfig.Reattach. Signals are sent only to a
 * process that is certain to listen at the address. Where the system does not show that, closing the plugin asks it to
 * end and does no more.
 *
 * @param given the result of `reattachConfig()` in the earlier host, or the configuration that a Go program printed.
 * @throws {PluginError} `ERR_PLUGIN_NOT_FOUND` when the process is gone, `ERR_PLUGIN_REATTACH` when its pid belongs to
 * another one or the runner fails, `ERR_PLUGIN_VERSION` for a version that the definition does not have,
 * `ERR_PLUGIN_CONNECT`, `ERR_PLUGIN_OPTIONS`.
 *
 * @example
 * ```ts
 * await writeFile("plugin.json", JSON.stringify(plugin.reattachConfig())); // in one host
 * plugin.detach();
 *
 * const config = JSON.parse(await readFile("plugin.json", "utf8")); // in the next one
 * const plugin = await reattach(greeterPlugins, config);
 * ```
 */
export async function reattach<const V extends Versions>(
  definition: PluginDefinition<V>,
  given: ReattachConfig | GoReattachConfig,
  { runner, ...options }: ReattachOptions = {},
): Promise<Plugin<V>> {
  const config = normalizeReattachConfig(given);
  refuseLaunchOptions(options);
  const valid = validateOptions(definition, { ...options, command: `plugin ${config?.pid}` });
  validateReattachConfig(config, runner !== undefined);
  const set = findSet(definition, config);
  const directory = runner && config.network === "unix" ? dirname(config.address) : undefined;
  const settings = directory ? { ...valid, sockets: { directory, ...valid.sockets } } : valid;
  const deadline = startDeadline(settings);
  let lifecycle: Lifecycle | undefined;
  try {
    const process = runner ? await attachToRunner(runner, settings, deadline) : attach(config);
    lifecycle = new Lifecycle(process, settings, config.test ? "disconnect" : "end");
    const security = await secure(config, options.tls);
    const handshake: Handshake = { ...config, appVersion: config.version, serverCertificate: "", multiplex: undefined };
    const client = await connectClient(handshake, set, security, settings, lifecycle, deadline);
    if (!config.test) ownSockets(config, directory, lifecycle, settings.logger);
    const details = { keys: config.tls, test: config.test };
    return new PluginHandle(handshake, set, client, lifecycle, details) as unknown as Plugin<V>;
  } catch (error) {
    lifecycle?.detach();
    throw error;
  } finally {
    deadline.end();
  }
}

function ownSockets(config: ReattachConfig, directory: string | undefined, lifecycle: Lifecycle, logger: Logger): void {
  if (directory && isSocketDirectory(directory)) lifecycle.own(ownedSocketDirectory(directory, logger));
  const file = ownedSocketFile(config);
  if (file) lifecycle.own(file);
}

/** Refuses options that have no effect here. A checksum, above all, must not seem to be verified. */
function refuseLaunchOptions(options: object): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || (commonOptions as readonly string[]).includes(name)) continue;
    throw refuse(name, `one of ${commonOptions.join(", ")}, runner: the plugin has been started already`, value);
  }
}

function findSet(definition: PluginDefinition, { version, protocol }: ReattachConfig): PluginSet {
  const set = definition.versions[version];
  if (set?.protocol === protocol) return set;
  const known = Object.entries(definition.versions).map(([number, { protocol }]) => `${number} (${protocol})`);
  throw new PluginError(
    "ERR_PLUGIN_VERSION",
    `the running plugin serves version ${version} (${protocol}), this host has ${known.join(", ")}`,
  );
}

async function attachToRunner(
  attach: NonNullable<ReattachOptions["runner"]>,
  { logger }: LaunchSettings,
  deadline: Deadline,
): Promise<RunnerProcess> {
  try {
    return new RunnerProcess(await deadline.step("get its runner", async () => attach()), logger);
  } catch (cause) {
    deadline.signal.throwIfAborted();
    throw new PluginError("ERR_PLUGIN_REATTACH", `the runner could not attach to the plugin: ${reasonOf(cause)}`, {
      cause,
    });
  }
}

function attach(config: ReattachConfig): AttachedProcess {
  const identity = identify(config.pid);
  if (!identity) {
    throw new PluginError("ERR_PLUGIN_NOT_FOUND", `reattachment process not found: there is no process ${config.pid}`);
  }
  // Closing the plugin would end this host. A plugin in test mode is never ended.
  if (!config.test && (config.pid === 1 || isAncestor(config.pid))) {
    throw new PluginError(
      "ERR_PLUGIN_REATTACH",
      `process ${config.pid} is not the plugin: closing the plugin would end it, and it is this host or one of its parents`,
    );
  }
  const ownership = findOwnership(config.pid, config);
  if (ownership === "stranger") {
    throw new PluginError(
      "ERR_PLUGIN_REATTACH",
      `process ${config.pid} is not the plugin: it does not listen at ${config.network} ${JSON.stringify(config.address)}. The plugin has ended, and its pid belongs to another process now`,
    );
  }
  return new AttachedProcess(identity, ownership === "owner");
}

async function secure(config: ReattachConfig, tls: LaunchOptions["tls"]): Promise<Security | undefined> {
  const material = config.tls ?? tls;
  if (!material) return undefined;
  const { createSecurity } = await loadTls();
  return createSecurity(material, config.protocol);
}
