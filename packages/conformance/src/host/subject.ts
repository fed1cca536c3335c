import type { PluginPlan } from "../peer/plan.js";
import { Trace } from "../run/trace.js";
import { type HostRun, runHost } from "./run-host.js";
import type { HostSettings } from "./settings.js";

/** The host that is checked. */
export class HostSubject {
  #reference: Promise<HostRun> | undefined;
  readonly #referenceTrace = new Trace();

  constructor(readonly settings: HostSettings) {}

  /** One run of the host with a plugin that keeps every rule, the measure for all others. */
  async reference(trace: Trace): Promise<HostRun> {
    this.#reference ??= this.#runReference();
    try {
      return await this.#reference;
    } finally {
      // It is run once, and explains the failures of every check that looks at it.
      trace.include(this.#referenceTrace);
    }
  }

  async #runReference(): Promise<HostRun> {
    const run = await runHost(this.settings, {}, this.#referenceTrace);
    if (run.calls.length > 0) return run;
    throw new Error(
      `the host made no call to a plugin that keeps every rule, so there is nothing to judge. Expected a command that starts {plugin}, uses it, and ends; it ended ${run.end}, with stderr ${JSON.stringify(run.stderr.slice(-500))}`,
    );
  }

  run(plan: PluginPlan, trace: Trace, env?: NodeJS.ProcessEnv): Promise<HostRun> {
    return runHost(this.settings, plan, trace, env);
  }
}
