import { basename } from "node:path";
import type { Readable } from "node:stream";
import { type Handshake, reasonOf } from "@go-plugin/proto/internal";
import { within } from "../end/within.js";
import { PluginError } from "../errors.js";
import type { StartedProcess } from "../process/running-process.js";
import type { StartDeadline } from "../start/start-deadline.js";
import { readStderr } from "../stderr/read-stderr.js";
import type { LaunchSettings } from "../validate/launch-options.js";
import type { Runner } from "./runner.js";
import { RunnerProcess } from "./runner-process.js";

/** How long a runner may look for the reason of a failure. */
const diagnoseTimeoutMs = 2_000;

/** A plugin that a runner of this host has started. */
export class StartedRunner extends RunnerProcess implements StartedProcess {
  readonly stdout: Readable;

  constructor(
    private readonly started: Runner,
    { logger, rawStderr }: LaunchSettings,
  ) {
    const stderrTail = readStderr(started.stderr, logger.child({ plugin: basename(started.name) }), rawStderr);
    super(started, logger, { pipes: [started.stdout, started.stderr], stderrTail });
    this.stdout = started.stdout;
  }

  /** What the runner has to say of a failed start. */
  async diagnose(): Promise<string | undefined> {
    const diagnosis = async () => this.started.diagnose?.();
    return within(
      diagnosis().catch((error) => `the runner failed to find the reason: ${reasonOf(error)}`),
      diagnoseTimeoutMs,
    );
  }
}

/**
 * Has the runner start the plugin. Go: Client.Start, for RunnerFunc.
 *
 * @throws {PluginError} `ERR_PLUGIN_SPAWN`, or why the start was given up; the runner has been told to clean up by then.
 */
export async function startRunner(
  settings: LaunchSettings,
  env: NodeJS.ProcessEnv,
  socketDirectory: string,
  start: StartDeadline,
): Promise<StartedRunner> {
  const { command, args, cwd, logger } = settings;
  const made = (async () => settings.runner!({ command, args, cwd, env, socketDirectory, logger }))();
  let runner: Runner | undefined;
  try {
    runner = await start.until("get its runner", made);
    logger.debug("starting plugin", { name: runner.name });
    await start.until("start under its runner", runner.start(start.signal));
    logger.debug("plugin started", { name: runner.name, id: runner.id });
    return new StartedRunner(runner, settings);
  } catch (error) {
    // One that was not waited for may yet come.
    const killed = made.then((late) => late.kill()).catch(() => {});
    if (runner) await within(killed, diagnoseTimeoutMs);
    if (error instanceof PluginError) throw error;
    throw new PluginError("ERR_PLUGIN_SPAWN", `the runner could not start the plugin: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * The handshake with the address where the host reaches the plugin.
 *
 * @throws {PluginError} `ERR_PLUGIN_CONNECT` when the runner does not know it, or why the start was given up.
 */
export async function translateAddress(
  handshake: Handshake,
  { translator }: StartedProcess,
  start: StartDeadline,
): Promise<Handshake> {
  if (!translator) return handshake;
  const translated = (async () => translator.pluginToHost(handshake))();
  try {
    const { network, address } = await start.until("have its address translated by its runner", translated);
    return { ...handshake, network, address };
  } catch (cause) {
    start.signal.throwIfAborted();
    throw new PluginError(
      "ERR_PLUGIN_CONNECT",
      `the runner does not know where the host reaches the plugin's ${handshake.network} ${JSON.stringify(handshake.address)}: ${reasonOf(cause)}`,
      { cause },
    );
  }
}
