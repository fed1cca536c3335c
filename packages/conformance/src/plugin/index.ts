import type { Check } from "../run/run-checks.js";
import { endingChecks } from "./ending.js";
import { grpcChecks } from "./grpc.js";
import { handshakeChecks } from "./handshake.js";
import { launchChecks } from "./launch.js";
import { multiplexingChecks } from "./multiplexing.js";
import { netrpcChecks } from "./netrpc.js";
import { outputChecks } from "./output.js";
import { socketChecks } from "./sockets.js";
import type { PluginSubject } from "./subject.js";
import { tlsChecks } from "./tls.js";

/** Every check of a plugin, in the order of the specification. */
export const pluginChecks: readonly Check<PluginSubject>[] = [
  ...launchChecks,
  ...handshakeChecks,
  ...socketChecks,
  ...outputChecks,
  ...grpcChecks,
  ...multiplexingChecks,
  ...tlsChecks,
  ...netrpcChecks,
  ...endingChecks,
];
