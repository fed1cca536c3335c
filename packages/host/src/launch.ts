import {
  type Deadline,
  handshaken,
  type PluginDefinition,
  type PluginSet,
  type Versions,
} from "@go-plugin/proto/internal";
import { connectClient, preloadClient } from "./connect/connect-client.js";
import { prepareSecurity } from "./connect/secure.js";
import { translateAddress } from "./connect/translate-address.js";
import { receiveHandshake } from "./handshake/receive-handshake.js";
import { type Plugin, PluginHandle } from "./plugin.js";
import { startProcess } from "./spawn/start-process.js";
import { managedStart } from "./start/managed-start.js";
import type { LaunchOptions, LaunchSettings } from "./validate/launch-options.js";
import { protocolsOf, validateOptions } from "./validate/validate-options.js";

/**
 * Starts a plugin and connects to it. Go: NewClient, Client.Start and Client.Client.
 *
 * @throws {PluginError} whose `code` says why the plugin could not be started. By then its process has ended and nothing
 * of it is left.
 *
 * @example
 * ```ts
 * const plugin = await launch(greeterPlugins, { command: "./greeter-plugin" });
 * try {
 *   const greeter = await plugin.dispense("greeter");
 *   console.log(await greeter.greet({ name: "you" }));
 * } finally {
 *   await plugin.close();
 * }
 * ```
 */
export async function launch<const V extends Versions>(
  definition: PluginDefinition<V>,
  options: LaunchOptions,
): Promise<Plugin<V>> {
  const settings = validateOptions(definition, options);
  return managedStart(settings, (deadline) => start(definition, settings, deadline));
}

async function start<const V extends Versions>(
  definition: PluginDefinition<V>,
  options: LaunchSettings,
  deadline: Deadline,
): Promise<Plugin<V>> {
  const protocols = protocolsOf(definition, options.versions);
  const { clientCertificate, complete } = await prepareSecurity(options);
  const plugin = await startProcess(definition, options, clientCertificate, deadline);
  try {
    await plugin.verify();
    await plugin.watch();
    preloadClient(protocols.values());
    const received = await receiveHandshake(plugin, protocols, deadline);
    const handshake = await translateAddress(received, plugin.process, deadline);
    if (handshaken.hasSubscribers) handshaken.publish({ pid: plugin.process.pid, handshake });
    const set: PluginSet = definition.versions[handshake.appVersion]!;
    const { security, keys } = complete(handshake);
    const { settings, lifecycle } = plugin;
    const client = await connectClient(handshake, set, security, settings, lifecycle, deadline);
    const details = { keys, multiplex: settings.multiplex };
    return new PluginHandle(handshake, set, client, lifecycle, details) as unknown as Plugin<V>;
  } catch (error) {
    throw await plugin.fail(error);
  }
}
