import { join, resolve } from "node:path";
import type { Writable } from "node:stream";
import { inspect } from "node:util";
import {
  consoleLogger,
  isKeepAlive,
  keepAliveExpectation,
  type PluginDefinition,
  type Protocol,
  socketPathFits,
  versionsOf,
} from "@go-plugin/proto/internal";
import { PluginError } from "../errors.js";
import { isChecksum } from "./checksum.js";
import type { LaunchOptions, LaunchSettings } from "./launch-options.js";

/** Node's timers fire at once for a longer delay. */
export const longestTimeoutMs = 2 ** 31 - 1;

type Check = (value: unknown) => boolean;

const isWindows = process.platform === "win32";

const isBoolean: Check = (value) => typeof value === "boolean";
const isText: Check = (value) => typeof value === "string" && !value.includes("\0");
const isWritable: Check = (value) => typeof (value as Writable | null)?.write === "function";
const isPort: Check = (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65535;
const isTimeout =
  (lowest: number): Check =>
  (value) =>
    typeof value === "number" && value >= lowest && value <= longestTimeoutMs;

/** The expected value of each option. There are no other options. */
const expectations: { readonly [K in keyof Required<LaunchOptions>]: readonly [expected: string, check: Check] } = {
  command: ["the path or name of a program", (value) => isText(value) && value !== ""],
  args: ["an array of strings without NUL characters", (value) => Array.isArray(value) && value.every(isText)],
  cwd: ["the path of a folder", (value) => isText(value) && value !== ""],
  env: ["an object of strings, by variable name", isEnvironment],
  inheritEnv: ["true or false", isBoolean],
  allowedProtocols: ['a list of "grpc" and "netrpc"', isProtocolList],
  startTimeoutMs: [`a number of milliseconds from 1 to ${longestTimeoutMs}`, isTimeout(1)],
  shutdownTimeoutMs: [`a number of milliseconds from 0 to ${longestTimeoutMs}`, isTimeout(0)],
  killTree: ["true or false", isBoolean],
  logger: ["a logger, for example consoleLogger() or fromPino(pino)", isLogger],
  stdout: ["a Writable stream", isWritable],
  stderr: ["a Writable stream", isWritable],
  rawStderr: ["a Writable stream", isWritable],
  checksum: ["{ algorithm: one of crypto.getHashes(), expected: bytes or hexadecimal, file }", isChecksum],
  autoMtls: ["true or false", isBoolean],
  tls: ["an object with ca, cert and key", (value) => typeof value === "object" && value !== null],
  multiplex: ["true or false", isBoolean],
  keepAlive: [keepAliveExpectation, isKeepAlive],
  sockets: [
    "{ directory, group }, both strings, with a directory whose path leaves room for a socket's name",
    isSocketOptions,
  ],
  ports: ["{ min, max } with 1 <= min <= max <= 65535", isPortRange],
  managed: ["true or false", isBoolean],
  endWithHost: ["true or false", isBoolean],
  runner: ["a function that returns a Runner", isFunction],
  interceptors: ["an array of functions", (value) => Array.isArray(value) && value.every(isFunction)],
  signal: ["an AbortSignal", (value) => value instanceof AbortSignal],
};

/**
 * Validates the options once and completes them.
 *
 * @throws {PluginError} `ERR_PLUGIN_OPTIONS`, with the option, the expected value and the actual one.
 */
export function validateOptions(definition: PluginDefinition, options: LaunchOptions): LaunchSettings {
  if (typeof options !== "object" || options === null) throw refuse("options", "an object", options);
  for (const [name, value] of Object.entries(options)) {
    const expectation = expectations[name as keyof LaunchOptions];
    if (!Object.hasOwn(expectations, name)) throw refuse(name, `one of ${Object.keys(expectations).join(", ")}`, name);
    if (value !== undefined && !expectation[1](value)) throw refuse(name, expectation[0], value);
  }
  if (options.autoMtls && options.tls)
    throw refuse("tls", "no tls beside autoMtls, which makes its own certificates", options.tls);
  for (const name of ["killTree", "endWithHost"] as const) {
    if (options.runner && options[name])
      throw refuse(name, "false beside runner, whose plugin has no process here", true);
  }
  if (options.command === undefined) throw refuse("command", expectations.command[0], undefined);
  const directory = options.sockets?.directory;
  return {
    ...options,
    args: options.args ?? [],
    env: options.env ?? {},
    inheritEnv: options.inheritEnv ?? true,
    startTimeoutMs: options.startTimeoutMs ?? 60_000,
    shutdownTimeoutMs: options.shutdownTimeoutMs ?? 2_000,
    killTree: options.killTree ?? false,
    logger: options.logger ?? consoleLogger(),
    ports: options.ports ?? { min: 10_000, max: 25_000 },
    managed: options.managed ?? true,
    endWithHost: options.endWithHost ?? (isWorkerThread() && !isWindows && !options.runner),
    autoMtls: options.autoMtls ?? false,
    multiplex: options.multiplex ?? false,
    // The plugin may have another working directory.
    sockets: { ...options.sockets, ...(directory !== undefined && { directory: resolve(directory) }) },
    versions: offeredVersions(definition, options.allowedProtocols),
  };
}

/**
 * In a worker thread, functions that concern the whole process are disabled. Testing one avoids loading
 * node:worker_threads.
 */
function isWorkerThread(): boolean {
  return (process.chdir as { readonly disabled?: boolean }).disabled === true;
}

function offeredVersions(definition: PluginDefinition, allowed: readonly Protocol[] | undefined): number[] {
  const versions = versionsOf(definition);
  const offered = versions.filter((version) => allowed?.includes(definition.versions[version]!.protocol) ?? true);
  if (offered.length > 0) return offered;
  const protocols = [...new Set(versions.map((version) => definition.versions[version]!.protocol))];
  throw refuse("allowedProtocols", `a protocol that the definition has a version for (${protocols})`, allowed);
}

/** The protocol of each version that the host offers. */
export function protocolsOf(definition: PluginDefinition, versions: readonly number[]): ReadonlyMap<number, Protocol> {
  return new Map(versions.map((version) => [version, definition.versions[version]!.protocol]));
}

/** The error for an invalid option. */
export function refuse(option: string, expected: string, value: unknown): PluginError {
  return new PluginError(
    "ERR_PLUGIN_OPTIONS",
    `option ${option}: expected ${expected}, got ${inspect(value, { depth: option === "env" || option === "tls" ? -1 : 1, breakLength: Infinity, maxStringLength: 100 })}`,
  );
}

function isEnvironment(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([name, text]) => /^[^=\0]+$/.test(name) && (text === undefined || isText(text)));
}

function isProtocolList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((entry) => entry === "grpc" || entry === "netrpc");
}

function isLogger(value: unknown): boolean {
  return ["trace", "debug", "info", "warn", "error", "child"].every((method) =>
    isFunction((value as Record<string, unknown> | null)?.[method]),
  );
}

function isSocketOptions(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).every(
    ([name, text]) =>
      (name === "directory" || name === "group") &&
      (text === undefined || (isText(text) && text !== "" && (name === "group" || leavesRoom(text)))),
  );
}

function leavesRoom(directory: string): boolean {
  return isWindows || socketPathFits(join(resolve(directory), "plugin0123456789abcdef"));
}

function isPortRange(value: unknown): boolean {
  const { min, max } = (value ?? {}) as { min?: number; max?: number };
  return isPort(min) && isPort(max) && min! <= max!;
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}
