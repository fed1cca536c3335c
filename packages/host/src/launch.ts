import type { PluginDefinition, PluginSet, Protocol, Versions } from "@go-plugin/proto/internal";
import { connectClient, preload } from "./connect/connect-client.js";
import { prepareSecurity } from "./connect/secure.js";
import { Lifecycle } from "./end/lifecycle.js";
import { type Managed, manage } from "./end/managed.js";
import { findSocketFile, type SocketFile } from "./end/socket-file.js";
import { watchHost } from "./end/watchdog.js";
import { PluginError } from "./errors.js";
import { FirstLineReader } from "./handshake/first-line.js";
import { acceptHandshake, receiveLine } from "./handshake/receive-handshake.js";
import { type Plugin, PluginHandle } from "./plugin.js";
import type { StartedProcess } from "./process/running-process.js";
import { createSocketDirectory, removeSocketDirectory } from "./runner/socket-directory.js";
import { startRunner, translateAddress } from "./runner/start-runner.js";
import type { CheckedFile } from "./spawn/check-file.js";
import { pluginEnvironment } from "./spawn/environment.js";
import { spawnPlugin } from "./spawn/spawn-plugin.js";
import { describeStartError } from "./start/describe-start-error.js";
import { StartDeadline } from "./start/start-deadline.js";
import type { LaunchOptions, LaunchSettings } from "./validate/launch-options.js";
import { validateOptions } from "./validate/validate-options.js";

/**
 * Starts a plugin and connects to it. Go: NewClient, Client.Start and Client.Client.
 *
 * @throws {PluginError} whose `code` says why the plugin could not be started; by then its process has ended and
 * nothing of it is left.
 */
export async function launch<const V extends Versions>(
  definition: PluginDefinition<V>,
  options: LaunchOptions,
): Promise<Plugin<V>> {
  const settings = validateOptions(definition, options);
  const start = new StartDeadline(settings);
  const starting = startPlugin(definition, settings, start);
  const stopManaging = settings.managed ? manage(new Starting(start, starting), settings.logger) : () => {};
  try {
    return await starting;
  } finally {
    stopManaging();
    start.end();
  }
}

async function startPlugin<const V extends Versions>(
  definition: PluginDefinition<V>,
  valid: LaunchSettings,
  start: StartDeadline,
): Promise<Plugin<V>> {
  const secured = await prepareSecurity(valid);
  const socketDirectory = valid.runner && createSocketDirectory(valid);
  const settings = socketDirectory ? { ...valid, sockets: { ...valid.sockets, directory: socketDirectory } } : valid;
  const env = pluginEnvironment({ definition, ...settings, clientCertificate: secured.clientCertificate });
  const firstLine = new FirstLineReader();
  let lifecycle: Lifecycle | undefined;
  let checked: CheckedFile | undefined;
  let process: StartedProcess | undefined;
  try {
    if (settings.checksum) {
      const { checkFile } = await import("./spawn/check-file.js");
      checked = await checkFile(settings.checksum, settings, env);
    }
    start.signal.throwIfAborted();
    process = await (socketDirectory
      ? startRunner(settings, env, socketDirectory, start)
      : spawnPlugin(settings, env, checked?.executable));
    lifecycle = new Lifecycle(process, settings);
    lifecycle.ownSocketDirectory(socketDirectory);
    await checked?.recheck();
    if (settings.endWithHost) lifecycle.watchdog = await watchHost(process.pid);
    const protocols = protocolsByVersion(definition, settings.versions);
    preload(Object.values(protocols));
    const line = await receiveLine(process, firstLine, start);
    if (!socketDirectory) lifecycle.ownSocketFile(findPrintedSocket(line));
    const handshake = await translateAddress(acceptHandshake(line, protocols, settings), process, start);
    const set: PluginSet = definition.versions[handshake.appVersion]!;
    const { security, keys } = secured.complete(handshake);
    lifecycle.client = await connectClient(handshake, set, security, settings, lifecycle, start);
    return new PluginHandle(handshake, set, lifecycle.client, lifecycle, {
      keys,
      multiplex: settings.multiplex,
    }) as unknown as Plugin<V>;
  } catch (error) {
    const diagnosis = await process?.diagnose?.();
    await lifecycle?.close();
    if (socketDirectory) removeSocketDirectory(socketDirectory, valid.logger);
    const exit = lifecycle?.process.state === "exited" ? await lifecycle.process.exited : undefined;
    // What is none is no failure of the plugin, but of this host.
    if (!(error instanceof PluginError)) throw error;
    throw describeStartError(error, { settings, env, line: firstLine.line, exit, diagnosis });
  } finally {
    await checked?.close();
  }
}

/** A start that is not complete, as `closeAll()` finds it. Its process, once there is one, is managed as well. */
class Starting implements Managed {
  constructor(
    private readonly start: StartDeadline,
    private readonly result: Promise<unknown>,
  ) {}

  async close(): Promise<void> {
    this.start.abort(new PluginError("ERR_PLUGIN_ABORTED", "the plugin was closed while it was starting"));
    await this.result.catch(() => {});
  }

  kill(): void {}
}

function protocolsByVersion(definition: PluginDefinition, versions: readonly number[]): Record<number, Protocol> {
  return Object.fromEntries(versions.map((version) => [version, definition.versions[version]!.protocol]));
}

/** The socket of a line that may yet be refused: a plugin of another version leaves its file behind as well. */
function findPrintedSocket(line: string): SocketFile | undefined {
  const [, , network, address] = line.split("|");
  return network === "unix" && address ? findSocketFile({ network, address: address.trim() }) : undefined;
}
