import { hostChecks } from "./host/index.js";
import { HostSubject } from "./host/subject.js";
import type { Report } from "./run/result.js";
import { type RunOptions, runChecks } from "./run/run-checks.js";

export interface CheckHostOptions extends RunOptions {
  /**
   * The command that starts the host, uses a plugin and ends. `{plugin}` in any of its words becomes the path of a
   * plugin of the kit, which offers no service of the application but `echo`.
   */
  readonly command: readonly string[];
  /** The application's magic cookie. Without it CK-1 is not applicable. */
  readonly cookie?: { readonly key: string; readonly value: string };
  /** A unary method that the kit's plugins answer with the message that they got: `pkg.Service/Method`. */
  readonly echo?: string;
  /** Milliseconds that the host has from start to end. @default 20000 */
  readonly timeoutMs?: number;
  /** After how many milliseconds the host gives up on a silent plugin. Without it HS-29 is not applicable. */
  readonly startTimeoutMs?: number;
}

/**
 * Checks a host against every rule of the protocol that can be seen from outside.
 *
 * @throws {TypeError} when the command has no `{plugin}`.
 */
export function checkHost(options: CheckHostOptions): Promise<Report> {
  const { command, cookie, echo, timeoutMs = 20_000, startTimeoutMs } = options;
  if (!command.some((word) => word.includes("{plugin}"))) {
    throw new TypeError("expected {plugin} in the host's command, where the path of the plugin belongs");
  }
  const subject = new HostSubject({
    command,
    cookie,
    echo: echo && `/${echo.replace(/^\//, "")}`,
    timeoutMs,
    startTimeoutMs,
  });
  // The reference and another run, one after the other, and some time to see whether the plugin is gone.
  const checkTimeoutMs = 3 * timeoutMs + 10_000;
  return runChecks("check-host", command.join(" "), hostChecks, subject, { checkTimeoutMs, ...options });
}
