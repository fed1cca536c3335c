import { pluginChecks } from "./plugin/index.js";
import type { PluginSubject } from "./plugin/subject.js";
import type { Report } from "./run/result.js";
import { type RunOptions, runChecks } from "./run/run-checks.js";

export interface CheckPluginOptions extends RunOptions {
  /** The plugin's executable file. */
  readonly command: string;
  readonly args?: readonly string[];
  /** The application's magic cookie. */
  readonly cookie: { readonly key: string; readonly value: string };
  /** Versions of the application to offer. @default 0 to 30 */
  readonly versions?: readonly number[];
  /**
   * A unary method of the application that answers with the message that it got, whose field 1 is a string:
   * `pkg.Service/Method`. Without it GRPC-15 is not applicable.
   */
  readonly echo?: string;
  /** Name of a plugin to dispense over net/rpc. Without it NR-6 is not applicable. */
  readonly dispense?: string;
  /** Milliseconds that the plugin has for its line, and for each answer. @default 10000 */
  readonly timeoutMs?: number;
  /** Further variables of the plugin's environment. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Checks a plugin against every rule of the protocol that can be seen from outside. */
export function checkPlugin(options: CheckPluginOptions): Promise<Report> {
  const {
    command,
    args = [],
    cookie,
    versions = firstVersions,
    echo,
    dispense,
    timeoutMs = 10_000,
    env = {},
  } = options;
  const subject: PluginSubject = {
    command,
    args,
    cookie,
    versions,
    echo: echo && `/${echo.replace(/^\//, "")}`,
    dispense,
    timeoutMs,
    env,
  };
  return runChecks("check", [command, ...args].join(" "), pluginChecks, subject, options);
}

const firstVersions = Array.from({ length: 31 }, (_, version) => version);
