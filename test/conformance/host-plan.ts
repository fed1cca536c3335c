import type { CertificateOptions } from "../../packages/conformance/src/wire/certificates.js";

/** The deviations of a handwritten host from the rules. An empty plan keeps every rule. */
export interface HostPlan {
  readonly autoMtls?: boolean;
  readonly certificate?: CertificateOptions;
  /** The value of the variable that requests multiplexing. */
  readonly multiplex?: string;
  readonly withoutCookie?: boolean;
  readonly versions?: string;
  readonly withoutPorts?: boolean;
  /** Passes its inherited environment on. */
  readonly passesOn?: boolean;
  /** The field of the line that it does not check. */
  readonly accepts?: "core" | "version" | "network" | "protocol" | "no multiplexing";
  readonly strictLine?: "space" | "fields";
  /** Takes the first chunk as the line. */
  readonly readsOnce?: boolean;
  readonly withoutTimeout?: boolean;
  readonly withoutLimit?: boolean;
  /** Skips other output before the line. */
  readonly skipsNoise?: boolean;
  readonly readsShortField?: boolean;
  /** Leaves a plugin running that it has refused. */
  readonly leavesRefused?: boolean;
  /** Leaves a plugin running that does not exit by itself. */
  readonly leavesPlugin?: boolean;
  readonly keepsStdout?: boolean;
  readonly keepsStderr?: boolean;
  readonly parsesStderr?: boolean;
  readonly withoutStdio?: boolean;
  readonly authority?: string;
  readonly needsServices?: boolean;
  readonly waitsForHeaders?: boolean;
  readonly halfCloses?: boolean;
  readonly connectsTwice?: boolean;
  readonly withoutClientCertificate?: boolean;
  readonly trustsAnybody?: boolean;
  /** Uses plain text when the line has no certificate. */
  readonly fallsBack?: boolean;
  readonly killsAtOnce?: boolean;
  readonly waitsForAnswer?: boolean;
  readonly waitsForPipes?: boolean;
}
