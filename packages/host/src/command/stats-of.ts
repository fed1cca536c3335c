import { type Stats, statSync } from "node:fs";

/** What is known of a file; `undefined` if it is not there or may not be looked at. */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
