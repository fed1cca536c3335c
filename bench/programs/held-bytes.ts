import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What is in use after a garbage collection. */
export function heldBytes(): number {
  setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = runInNewContext("gc");
  // Once more for what the first one has only finalized.
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
