import { type Stats, statSync } from "node:fs";

/** Stats of a file; `undefined` if it does not exist or cannot be accessed. */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
