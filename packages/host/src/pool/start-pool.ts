import type { PluginDefinition } from "@go-plugin/proto/internal";
import { PluginError } from "../errors.js";
import { loadCallErrors } from "../supervise/call-errors.js";
import { closingWith } from "../supervise/closing.js";
import { Callbacks } from "./callbacks.js";
import { type Member, startAll, startMember } from "./member.js";
import type { PoolOptions } from "./options.js";
import { validatePoolOptions } from "./options.js";
import { ProcessPool, preparation } from "./process-pool.js";

/** Starts a pool, without its types. @throws {PluginError} as `supervise`. */
export async function startPool(
  definition: PluginDefinition,
  options: PoolOptions,
  cores: number,
): Promise<ProcessPool> {
  const { limits, supervise: settings } = validatePoolOptions(options, cores);
  const { controller: closing, release } = closingWith(settings.launch.signal);
  const callbacks = new Callbacks();
  const prepare = preparation(settings, callbacks);
  try {
    const starts = Array.from({ length: limits.min }, (_, slot) =>
      startMember(slot, definition, settings, prepare, closing.signal, []),
    );
    const members = await startAll(starts);
    const { version, protocol } = await oneVersion(members);
    // Clients are typed for one version, so later processes have to choose the same one.
    const sameVersion = { ...definition, versions: { [version]: definition.versions[version]! } };
    const callErrors = await loadCallErrors(protocol);
    return new ProcessPool({ definition: sameVersion, limits, settings, callErrors, callbacks, closing }, members);
  } catch (error) {
    release();
    throw error;
  }
}

async function oneVersion(members: readonly Member[]): Promise<Member["supervisor"]> {
  const { supervisor } = members[0]!;
  const other = members.find((member) => member.supervisor.version !== supervisor.version);
  if (!other) return supervisor;
  await Promise.all(members.map((member) => member.close()));
  throw new PluginError(
    "ERR_PLUGIN_VERSION",
    `expected all processes of the pool to choose the same version, got ${supervisor.version} and ${other.supervisor.version}`,
  );
}
