import { type Deadline, type Handshake, reasonOf } from "@go-plugin/proto/internal";
import { PluginError } from "../errors.js";
import type { StartedProcess } from "../process/running-process.js";

/**
 * Replaces the address in a handshake by the one where the host reaches the plugin.
 *
 * @throws {PluginError} `ERR_PLUGIN_CONNECT` when the runner cannot translate it, or the deadline's reason.
 */
export async function translateAddress(
  handshake: Handshake,
  { translator }: StartedProcess,
  deadline: Deadline,
): Promise<Handshake> {
  if (!translator) return handshake;
  const translate = async () => translator.pluginToHost(handshake);
  try {
    const { network, address } = await deadline.step("have its address translated by its runner", translate);
    return { ...handshake, network, address };
  } catch (cause) {
    deadline.signal.throwIfAborted();
    throw new PluginError(
      "ERR_PLUGIN_CONNECT",
      `the runner does not know where the host reaches the plugin's ${handshake.network} ${JSON.stringify(handshake.address)}: ${reasonOf(cause)}`,
      { cause },
    );
  }
}
