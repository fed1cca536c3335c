import { fileURLToPath } from "node:url";

const built = fileURLToPath(new URL("../", import.meta.url));

const node = process.execPath;
const hosts = {
  Go: [`${built}go/host`],
  TS: [node, `${built}programs/host.js`],
  "grpc-js": [node, `${built}programs/host.js`, "--grpc-js"],
};
const plugins = {
  Go: [`${built}go/plugin`],
  TS: [node, `${built}programs/plugin.js`],
  packaged: [`${built}packaged/plugin`],
  executable: [`${built}packaged/plugin-executable`],
  "grpc-js": [node, `${built}programs/grpc-js-plugin.js`],
};

/** The columns of the table: who calls whom. */
export const goGo = "Go → Go";
export const tsGo = "TS → Go";
export const goTs = "Go → TS";
export const tsTs = "TS → TS";
export const stockGo = "grpc-js → Go";
export const goStock = "Go → grpc-js";

export const pairs = [goGo, tsGo, goTs, tsTs];

/** One of the entries that a row compares: a process that receives commands. */
export interface Entry {
  readonly column: string;
  readonly command: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** A process that must listen first. It prints a line when it does, and ends with its stdin. */
  readonly peer?: readonly string[];
  /** Fields that are added to the row's command. */
  readonly ask?: object;
  /**
   * The entry that this one is compared with.
   * @default the row's first
   */
  readonly base?: Entry;
}

/** The host and the plugin of a column. */
export function entry(
  column: string,
  options: { readonly flags?: readonly string[]; readonly plugin?: keyof typeof plugins; readonly base?: Entry } = {},
): Entry {
  const [host, plugin] = column.split(" → ") as [keyof typeof hosts, keyof typeof plugins];
  const { flags = [], base } = options;
  const command = [...hosts[host], ...flags, ...plugins[options.plugin ?? plugin]];
  return { column, command, ...(base && { base }) };
}

export function entries(columns: readonly string[], flags: readonly string[] = []): Entry[] {
  return columns.map((column) => entry(column, { flags }));
}

/** Each column with flags, compared with the same column without them. */
export function againstPlain(columns: readonly string[], flags: readonly string[]): Entry[] {
  return columns.map((column) => entry(column, { flags, base: entry(column) }));
}

const trace = [node, `${built}../../packages/cli/dist/main.js`, "trace", "--out", "/dev/null", "--"];

/** Each column with `go-plugin trace` in the plugin's place, compared with itself without. */
export function againstUntraced(columns: readonly string[], flags: readonly string[] = []): Entry[] {
  return columns.map((column) => {
    const [host, plugin] = column.split(" → ") as [keyof typeof hosts, keyof typeof plugins];
    const command = [...hosts[host], ...flags, ...trace, ...plugins[plugin]];
    return { column, command, base: entry(column, { flags }) };
  });
}

/** Node itself, started by the Go host: `node -e 0`. */
export const nodeItself: Entry = {
  column: "node -e 0",
  command: [...hosts.Go, "none"],
  env: { BENCH_PROCESS: node },
  ask: { row: "process", count: 4 },
};
