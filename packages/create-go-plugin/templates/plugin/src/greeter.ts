import { setTimeout } from "node:timers/promises";

/** The service's implementation, apart from src/plugin.ts so that tests can use it. */
export const greeter = {
  greet({ name }: { name: string }) {
    console.log(`greeting ${name}`); // reaches the host
    return { greeting: `Hello, ${name}!` };
  },
  async *countDown({ from }: { from: number }, { signal }: { signal: AbortSignal }) {
    for (let left = from; left > 0; left--) {
      yield { left };
      await setTimeout(100, undefined, { signal });
    }
  },
};
