import { basename } from "node:path";
import type { Readable } from "node:stream";
import { type Deadline, reasonOf, within } from "@go-plugin/proto/internal";
import { PluginError } from "../errors.js";
import type { StartedProcess } from "../process/running-process.js";
import { readStderr } from "../stderr/read-stderr.js";
import type { LaunchSettings } from "../validate/launch-options.js";
import type { Runner } from "./runner.js";
import { RunnerProcess } from "./runner-process.js";

/** The time in which a runner must explain a failed start. */
const diagnoseTimeoutMs = 2_000;

/** A plugin that a runner has started for this host. */
export class StartedRunner extends RunnerProcess implements StartedProcess {
  readonly stdout: Readable;
  readonly #started: Runner;

  constructor(started: Runner, { logger, rawStderr }: LaunchSettings) {
    const stderrTail = readStderr(started.stderr, logger.child({ plugin: basename(started.name) }), rawStderr);
    super(started, logger, { pipes: [started.stdout, started.stderr], stderrTail });
    this.stdout = started.stdout;
    this.#started = started;
  }

  async diagnose(): Promise<string | undefined> {
    const diagnosis = async () => this.#started.diagnose?.();
    return within(
      diagnosis().catch((error) => `the runner failed to find the reason: ${reasonOf(error)}`),
      diagnoseTimeoutMs,
    );
  }
}

/**
 * Has the runner start the plugin. Go: Client.Start, for RunnerFunc.
 *
 * @throws {PluginError} `ERR_PLUGIN_SPAWN`, or the deadline's reason, after the runner has killed the plugin.
 */
export async function startRunner(
  settings: LaunchSettings,
  env: NodeJS.ProcessEnv,
  socketDirectory: string,
  deadline: Deadline,
): Promise<StartedRunner> {
  const { command, args, cwd, logger } = settings;
  const making = (async () => settings.runner!({ command, args, cwd, env, socketDirectory, logger }))();
  let runner: Runner | undefined;
  try {
    runner = await deadline.step("get its runner", () => making);
    logger.debug("starting plugin", { name: runner.name });
    const started = runner.start(deadline.signal);
    await deadline.step("start under its runner", () => started);
    logger.debug("plugin started", { name: runner.name, id: runner.id });
    return new StartedRunner(runner, settings);
  } catch (error) {
    // A runner may still be created after the start was cancelled.
    const killed = making.then((late) => late.kill()).catch(() => {});
    if (runner) await within(killed, diagnoseTimeoutMs);
    if (error instanceof PluginError) throw error;
    throw new PluginError("ERR_PLUGIN_SPAWN", `the runner could not start the plugin: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}
