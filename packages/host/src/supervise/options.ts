import type { Versions } from "@go-plugin/proto/internal";
import type { LaunchOptions } from "../validate/launch-options.js";
import { longestTimeoutMs, refuse } from "../validate/validate-options.js";
import type { RestartOptions } from "./backoff.js";
import type { PluginProcessHandle } from "./supervised-plugin.js";

/** Options of {@link supervise}: those of {@link launch}, and the rules for restarts. Go: none. */
export interface SuperviseOptions<V extends Versions = Versions> extends LaunchOptions {
  /** Delays and limits of restarts; see each field for its default. */
  readonly restart?: RestartOptions;
  /**
   * If true, calls that are made while no process runs wait for the next one, within their `timeoutMs` and `signal`.
   * Otherwise they fail at once with UNAVAILABLE. Go: grpc.WaitForReady.
   * @default true
   */
  readonly waitForReady?: boolean;
  /**
   * Runs with every new process before calls reach it, to configure it and to serve its callbacks through its broker.
   * If it fails, the process is closed and counts as a failed start.
   * @default none
   */
  readonly prepare?: (plugin: PluginProcessHandle<V>) => void | Promise<void>;
}

/** Validated options, with their defaults. */
export interface SuperviseSettings {
  readonly launch: LaunchOptions;
  readonly restart: Required<RestartOptions>;
  readonly waitForReady: boolean;
  readonly prepare: ((plugin: never) => void | Promise<void>) | undefined;
}

const restartDefaults: Required<RestartOptions> = {
  firstDelayMs: 100,
  maxDelayMs: 30_000,
  maxRestarts: 10,
  healthyAfterMs: 60_000,
};

/** Validates and completes the options that `launch` does not know. @throws {PluginError} `ERR_PLUGIN_OPTIONS` */
export function validateSuperviseOptions(options: SuperviseOptions): SuperviseSettings {
  const { restart = {}, waitForReady = true, prepare, ...launch } = options;
  if (typeof waitForReady !== "boolean") throw refuse("waitForReady", "true or false", waitForReady);
  if (prepare !== undefined && typeof prepare !== "function") throw refuse("prepare", "a function", prepare);
  return { launch, restart: validateRestart(restart), waitForReady, prepare };
}

function validateRestart(restart: RestartOptions): Required<RestartOptions> {
  if (typeof restart !== "object" || restart === null) throw refuse("restart", "an object", restart);
  const settings = { ...restartDefaults };
  for (const [name, value] of Object.entries(restart) as [keyof RestartOptions, unknown][]) {
    if (!Object.hasOwn(restartDefaults, name)) {
      throw refuse(`restart.${name}`, `one of ${Object.keys(restartDefaults).join(", ")}`, name);
    }
    if (value === undefined) continue;
    const [expected, isRight] = expectations[name];
    if (typeof value !== "number" || !isRight(value)) throw refuse(`restart.${name}`, expected, value);
    settings[name] = value;
  }
  return settings;
}

const isDelay = (value: number) => value >= 0 && value <= longestTimeoutMs;
const delay = [`a number of milliseconds from 0 to ${longestTimeoutMs}`, isDelay] as const;

const expectations: { readonly [K in keyof RestartOptions]-?: readonly [string, (value: number) => boolean] } = {
  firstDelayMs: delay,
  maxDelayMs: delay,
  maxRestarts: [
    "a whole number from 0 up, or Infinity",
    (value) => value >= 0 && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY),
  ],
  healthyAfterMs: ["a number of milliseconds from 0 up, or Infinity", (value) => value >= 0],
};
