import { parseGoInt } from "./go-values.js";

/**
 * Reads the value of `PLUGIN_PROTOCOL_VERSIONS`: decimal numbers, comma-separated, without spaces.
 * Entries that Go would refuse are skipped and passed to `onInvalid`.
 */
export function parseVersions(text: string | undefined, onInvalid: (entry: string) => void): number[] {
  if (!text) return [];
  const versions: number[] = [];
  for (const entry of text.split(",")) {
    const version = parseGoInt(entry);
    if (version === undefined) onInvalid(entry);
    else versions.push(version);
  }
  return versions;
}

/**
 * The application version that a plugin serves: its highest one that the host offers. Without a match, or an offer,
 * it is the plugin's lowest: a host of the first days understands it, a newer one reports the mismatch.
 * Go: protocolVersion.
 *
 * @example
 * ```ts
 * const offered = parseVersions(process.env[Environment.protocolVersions], (entry) => console.error(`not a version: ${entry}`));
 * const version = chooseVersion([1, 2], offered);
 * ```
 */
export function chooseVersion(own: readonly number[], offered: readonly number[]): number {
  const descending = [...own].sort((a, b) => b - a);
  return descending.find((version) => offered.includes(version)) ?? descending[descending.length - 1]!;
}
