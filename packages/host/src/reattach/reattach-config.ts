import {
  fromGoReattachConfig,
  type GoReattachConfig,
  isGoReattachConfig,
  type ReattachConfig,
  reasonOf,
} from "@go-plugin/proto/internal";
import { PluginError } from "../errors.js";

const expectations: { readonly [K in keyof Required<ReattachConfig>]: readonly [string, (value: unknown) => boolean] } =
  {
    protocol: ['"grpc" or "netrpc"', (value) => value === "grpc" || value === "netrpc"],
    version: ["a whole number", (value) => Number.isSafeInteger(value)],
    network: ['"unix" or "tcp"', (value) => value === "unix" || value === "tcp"],
    address: ["a path, or host:port", (value) => typeof value === "string" && value !== "" && !value.includes("\0")],
    pid: ["the pid of a process", (value) => Number.isSafeInteger(value) && (value as number) > 0],
    tls: ["{ ca, cert, key } in PEM", (value) => value === undefined || hasPem(value)],
    test: ["true or false", (value) => value === undefined || typeof value === "boolean"],
  };

/** Converts Go's form. @throws {PluginError} `ERR_PLUGIN_OPTIONS` */
export function normalizeReattachConfig(config: ReattachConfig | GoReattachConfig): ReattachConfig {
  if (!isGoReattachConfig(config)) return config;
  try {
    return fromGoReattachConfig(config);
  } catch (cause) {
    throw new PluginError("ERR_PLUGIN_OPTIONS", `reattach configuration: ${reasonOf(cause)}`, { cause });
  }
}

/** Checks a configuration, which usually comes from a file. @throws {PluginError} `ERR_PLUGIN_OPTIONS` */
export function validateReattachConfig(config: ReattachConfig, hasRunner: boolean): void {
  for (const [name, [expected, check]] of Object.entries(expectations)) {
    const value = (config as Partial<ReattachConfig> | null)?.[name as keyof ReattachConfig];
    if (check(value) || (name === "pid" && value === 0 && hasRunner)) continue;
    const shown = name === "tls" ? "something else" : JSON.stringify(value);
    throw new PluginError("ERR_PLUGIN_OPTIONS", `reattach configuration, ${name}: expected ${expected}, got ${shown}`);
  }
}

function hasPem(value: unknown): boolean {
  const tls = value as Record<string, unknown> | null;
  return ["ca", "cert", "key"].every((name) => typeof tls?.[name] === "string");
}
