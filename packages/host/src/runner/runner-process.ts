import type { Readable } from "node:stream";
import type { AddressTranslator, Handle, Logger } from "@go-plugin/proto/internal";
import { drainPipes } from "../process/drain-pipes.js";
import type { PluginExit } from "../process/plugin-exit.js";
import type { RunningProcess } from "../process/running-process.js";
import type { AttachedRunner } from "./runner.js";

/** The output of a plugin that this host has started. */
export interface RunnerOutput {
  readonly pipes: readonly Readable[];
  readonly stderrTail: { toString(): string };
}

const noOutput: RunnerOutput = { pipes: [], stderrTail: "" };

/** A plugin that a runner runs. */
export class RunnerProcess implements RunningProcess {
  readonly #runner: AttachedRunner;
  readonly #logger: Logger;
  readonly #output: RunnerOutput;
  readonly pid = Number.NaN;
  readonly id: string;
  readonly exited: Promise<PluginExit>;
  readonly translator: AddressTranslator;
  #state: RunningProcess["state"] = "running";

  constructor(runner: AttachedRunner, logger: Logger, output: RunnerOutput = noOutput) {
    this.#runner = runner;
    this.#logger = logger;
    this.#output = output;
    this.id = runner.id;
    this.exited = this.#watchExit();
    this.translator = {
      pluginToHost: (address) => runner.pluginToHost?.(address) ?? address,
      hostToPlugin: (address) => runner.hostToPlugin?.(address) ?? address,
    };
  }

  get state(): RunningProcess["state"] {
    return this.#state;
  }

  get stderrTail(): string {
    return this.#output.stderrTail.toString();
  }

  expectExit(): void {
    if (this.#state === "running") this.#state = "ending";
  }

  /** Kills the plugin for either signal: runners have nothing gentler. */
  signal(): void {
    if (this.#state !== "exited") void this.#kill();
  }

  ref(): void {
    for (const pipe of this.#output.pipes) (pipe as Handle).ref?.();
  }

  unref(): void {
    for (const pipe of this.#output.pipes) (pipe as Handle).unref?.();
  }

  abandon(): void {
    for (const pipe of this.#output.pipes) pipe.destroy();
  }

  detach(): void {
    this.expectExit();
    this.unref();
  }

  async #kill(): Promise<void> {
    try {
      await this.#runner.kill();
    } catch (error) {
      this.#logger.error("the runner failed to kill the plugin", { id: this.id, error });
    }
  }

  async #watchExit(): Promise<PluginExit> {
    const exit = await this.#wait();
    const expected = this.#state === "ending";
    this.#state = "exited";
    await drainPipes(this.#output.pipes);
    return { code: exit?.code ?? null, signal: exit?.signal ?? null, stderrTail: this.stderrTail, expected };
  }

  async #wait() {
    try {
      return await this.#runner.wait();
    } catch (error) {
      this.#logger.error("the runner failed to wait for the plugin", { id: this.id, error });
      return undefined;
    }
  }
}
