import type { HostPlan } from "./host-plan.js";

/** A host that breaks one rule, and the other rules whose checks notice it unavoidably. */
export interface HostMutant {
  readonly plan: HostPlan;
  readonly also?: readonly string[];
}

const autoMtls = { autoMtls: true };

/** One for each rule that `check-host` sees. */
export const hostMutants: Readonly<Record<string, HostMutant>> = {
  "CK-1": { plan: { withoutCookie: true } },
  "ENV-1": { plan: { versions: "1, 2" } },
  "ENV-2": { plan: { withoutPorts: true } },
  // The kit's plugins multiplex for a host that says "true", as Go's do.
  "ENV-4": { plan: { multiplex: "1", accepts: "no multiplexing" }, also: ["MUX-2", "MUX-3"] },
  "ENV-5": { plan: { passesOn: true } },
  "HS-20": { plan: { strictLine: "space" } },
  "HS-21": { plan: { strictLine: "fields" } },
  "HS-23": { plan: { accepts: "core" }, also: ["HS-28"] },
  "HS-24": { plan: { accepts: "version" } },
  "HS-25": { plan: { accepts: "network" } },
  "HS-26": { plan: { accepts: "protocol" } },
  "HS-27": { plan: { skipsNoise: true } },
  "HS-28": { plan: { leavesRefused: true } },
  "HS-29": { plan: { withoutTimeout: true } },
  "HS-30": { plan: { withoutTimeout: true, withoutLimit: true }, also: ["HS-29"] },
  "HS-31": { plan: { readsOnce: true } },
  "HS-32": { plan: { readsShortField: true } },
  "OUT-1": { plan: { keepsStdout: true } },
  "OUT-2": { plan: { keepsStderr: true } },
  "OUT-6": { plan: { withoutStdio: true } },
  "LOG-7": { plan: { parsesStderr: true } },
  "GRPC-5": { plan: { authority: "%2Ftmp%2Fplugin" } },
  "GRPC-10": { plan: { needsServices: true } },
  "GRPC-13": { plan: { waitsForHeaders: true } },
  "BRK-1": { plan: { halfCloses: true } },
  "MUX-2": { plan: { multiplex: "true", accepts: "no multiplexing" } },
  "MUX-3": { plan: { multiplex: "true", connectsTwice: true } },
  "TLS-10": { plan: { ...autoMtls, certificate: { expired: true } } },
  "TLS-11": { plan: { ...autoMtls, withoutClientCertificate: true } },
  "TLS-12": { plan: { ...autoMtls, trustsAnybody: true } },
  "TLS-13": { plan: { ...autoMtls, fallsBack: true } },
  "END-3": { plan: { killsAtOnce: true } },
  "END-4": { plan: { leavesPlugin: true } },
  "END-5": { plan: { waitsForAnswer: true } },
  "END-6": { plan: { waitsForPipes: true } },
};
