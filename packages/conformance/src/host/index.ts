import type { Check } from "../run/run-checks.js";
import { hostConnectionChecks } from "./connection.js";
import { hostEndingChecks } from "./ending.js";
import { hostHandshakeChecks } from "./handshake.js";
import { hostLaunchChecks } from "./launch.js";
import type { HostSubject } from "./subject.js";
import { hostTlsChecks } from "./tls.js";

/** Every check of a host, in the order of the specification. */
export const hostChecks: readonly Check<HostSubject>[] = [
  ...hostLaunchChecks,
  ...hostHandshakeChecks,
  ...hostConnectionChecks,
  ...hostTlsChecks,
  ...hostEndingChecks,
];
