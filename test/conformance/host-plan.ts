import type { CertificateOptions } from "../../packages/conformance/src/wire/certificates.js";

/** What a host by hand does otherwise than the rules say. An empty plan keeps every rule. */
export interface HostPlan {
  readonly autoMtls?: boolean;
  readonly certificate?: CertificateOptions;
  /** What it asks for multiplexing with. */
  readonly multiplex?: string;
  readonly withoutCookie?: boolean;
  readonly versions?: string;
  readonly withoutPorts?: boolean;
  /** Passes on what it has inherited. */
  readonly passesOn?: boolean;
  /** What it does not look at. */
  readonly accepts?: "core" | "version" | "network" | "protocol" | "no multiplexing";
  readonly strictLine?: "space" | "fields";
  /** Takes the first chunk for the line. */
  readonly readsOnce?: boolean;
  readonly withoutTimeout?: boolean;
  readonly withoutLimit?: boolean;
  /** Looks for the line behind others. */
  readonly skipsNoise?: boolean;
  readonly readsShortField?: boolean;
  /** Does not kill a plugin that it has refused. */
  readonly leavesRefused?: boolean;
  /** Does not kill a plugin that stays. */
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
  /** Speaks plain text when the line has no certificate. */
  readonly fallsBack?: boolean;
  readonly killsAtOnce?: boolean;
  readonly waitsForAnswer?: boolean;
  readonly waitsForPipes?: boolean;
}
