import type { Fault, FaultPlan, FaultPoint } from "./fault-plan.js";

const maxDelayMs = 1_000;

/**
 * Lets something go wrong at each place with the same probability, by a seed: the same one gives the same choices.
 *
 * @example
 * ```ts
 * const proxy = await PluginProxy.start({ command: "./plugin", faults: new RandomFaults(0.01, 42) });
 * ```
 */
export class RandomFaults implements FaultPlan {
  #state: number;
  readonly #probability: number;

  constructor(probability: number, seed: number) {
    this.#probability = probability;
    this.#state = seed >>> 0;
  }

  atHandshake(): Fault | undefined {
    return undefined;
  }

  atCertificate(): boolean {
    return false;
  }

  atPoint({ method }: FaultPoint): Fault | undefined {
    // Without them a host does not even begin.
    if (method.startsWith("/plugin.") || this.#next() >= this.#probability) return undefined;
    const choice = this.#next();
    if (choice < 0.55) return { kind: "delay", ms: Math.ceil(this.#next() * maxDelayMs) };
    if (choice < 0.75) return { kind: "cut" };
    return { kind: choice < 0.9 ? "half" : "kill" };
  }

  /** mulberry32: from 0 up to 1. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
