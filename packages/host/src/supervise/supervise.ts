import type { PluginDefinition, Versions } from "@go-plugin/proto/internal";
import { loadCallErrors } from "./call-errors.js";
import { closingWith } from "./closing.js";
import { type SuperviseOptions, validateSuperviseOptions } from "./options.js";
import { type StartedProcess, startProcess } from "./start-process.js";
import type { SupervisedPlugin } from "./supervised-plugin.js";
import { Supervisor } from "./supervisor.js";

/**
 * Starts a plugin and keeps it alive: when its process ends, another one is started after a growing delay. Clients stay
 * valid and always reach the process that runs. Go: none.
 *
 * @throws {PluginError} as `launch` does when the first process cannot be started: a plugin that never worked is not
 * restarted.
 *
 * @example
 * ```ts
 * const plugin = await supervise(greeterPlugins, { command: "./greeter-plugin", restart: { maxRestarts: 3 } });
 * const greeter = await plugin.dispense("greeter");
 * for await (const event of plugin.events) console.log(event.type);
 * ```
 */
export async function supervise<const V extends Versions>(
  definition: PluginDefinition<V>,
  options: SuperviseOptions<NoInfer<V>>,
): Promise<SupervisedPlugin<V>> {
  const settings = validateSuperviseOptions(options as unknown as SuperviseOptions);
  const { controller: closing, release } = closingWith(settings.launch.signal);
  let first: StartedProcess;
  try {
    first = await startProcess(definition, settings, closing.signal, []);
  } catch (error) {
    release();
    throw error;
  }
  const { version, protocol } = first.plugin;
  // Clients are typed for one version, so later processes must choose the same one.
  const sameVersion = { ...definition, versions: { [version]: definition.versions[version]! } };
  const callErrors = await loadCallErrors(protocol);
  return new Supervisor(sameVersion, settings, callErrors, first.plugin, closing) as unknown as SupervisedPlugin<V>;
}
