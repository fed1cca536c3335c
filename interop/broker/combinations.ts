import type { Settings } from "./run-pair.js";

/** The kinds of connection that a plugin can have. */
export const combinations: readonly (readonly [string, Settings])[] = [
  ["plain", { multiplex: false, autoMtls: false }],
  ["plain with AutoMTLS", { multiplex: false, autoMtls: true }],
  ["multiplexed", { multiplex: true, autoMtls: false }],
  ["multiplexed with AutoMTLS", { multiplex: true, autoMtls: true }],
];
