import type { PluginDefinition } from "@go-plugin/proto/internal";
import { PluginError } from "../errors.js";
import { launch } from "../launch.js";
import type { PluginHandle } from "../plugin.js";
import { exitCodeText } from "../process/plugin-exit.js";
import type { SuperviseSettings } from "./options.js";
import type { Client } from "./supervised-client.js";

/** A process that is ready for calls, with its clients. */
export interface StartedProcess {
  readonly plugin: PluginHandle;
  readonly clients: ReadonlyMap<string, Client>;
}

/**
 * Starts a process and prepares it: dispenses the clients of the previous process, then runs the user's `prepare`.
 *
 * @param signal aborts the start, or closes the process.
 * @throws {PluginError} and whatever `prepare` throws. By then nothing of the process is left.
 */
export async function startProcess(
  definition: PluginDefinition,
  { launch: options, prepare }: SuperviseSettings,
  signal: AbortSignal,
  names: Iterable<string>,
): Promise<StartedProcess> {
  const plugin = (await launch(definition, { ...options, signal })) as unknown as PluginHandle;
  const makeReady = async () => {
    const clients = new Map<string, Client>();
    for (const name of names) clients.set(name, await plugin.dispense(name));
    await prepare?.(plugin as never);
    return clients;
  };
  try {
    return { plugin, clients: await Promise.race([makeReady(), endsBeforeReady(plugin)]) };
  } catch (error) {
    await plugin.close();
    throw error;
  }
}

async function endsBeforeReady({ exited }: PluginHandle): Promise<never> {
  const { code, signal, stderrTail } = await exited;
  const how = signal === null ? `exited with code ${exitCodeText(code)}` : `was ended by ${signal}`;
  throw new PluginError("ERR_PLUGIN_EXITED", `the plugin ${how} while it was being prepared`, {
    stderrTail,
    exitCode: code ?? undefined,
    signal: signal ?? undefined,
  });
}
