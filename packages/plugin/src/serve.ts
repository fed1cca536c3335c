import {
  chooseVersion,
  formatHandshake,
  hclogLogger,
  type Implementations,
  listen,
  type PluginDefinition,
  type Versions,
  versionsOf,
} from "@go-plugin/proto";
import { checkCookie } from "./check-cookie.js";
import { takeHostEnvironment } from "./host-environment.js";
import { HostWatch } from "./host-watch.js";
import type { ServeOptions } from "./options.js";
import { processOutput } from "./process-output.js";
import { secure } from "./secure.js";
import { type ServedImplementations, serveProtocol } from "./serve-protocol.js";
import { waitForEnd } from "./wait-for-end.js";
import { writeIfRead } from "./write-fully.js";

/**
 * Serves plugins to the host that started this process. Resolves when the host has ended the plugin; the process then
 * has `exitTimeoutMs` to end by itself, and exits with code 0 or `process.exitCode`.
 *
 * A process that was not started by a host prints what it is for, and exits with code 1. Go: Serve.
 *
 * @throws {SocketError} when there is no place for the socket, or no free port.
 * @throws {TypeError} when an implementation is missing.
 */
export async function serve<V extends Versions>(
  definition: PluginDefinition<V>,
  implementations: Implementations<V>,
  options: ServeOptions = {},
): Promise<void> {
  exitUnlessStartedByHost(definition);
  processOutput.serve();
  const { versions, sockets, clientCertificate, multiplex } = takeHostEnvironment(process.env, reportInvalidVersion);
  const version = chooseVersion(versionsOf(definition), versions);
  const set = definition.versions[version]!;
  const logger = options.logger ?? hclogLogger({ write: (line) => writeIfRead(2, line) });

  const secured = await secure(options.tls, clientCertificate, set.protocol, logger);

  const { server, handle, close } = await serveProtocol(set, implementations[version] as ServedImplementations, {
    version,
    logger,
    sockets,
    security: secured.security,
    multiplex: multiplex === true,
    interceptors: options.interceptors,
  });
  const watch = new HostWatch({ isOutputRead: () => processOutput.isRead() });
  const listener = await listen(sockets, (socket) => {
    watch.connectionOpened(socket);
    handle(socket);
  });
  logger.debug("plugin address", { network: listener.network, address: listener.address });
  try {
    const hostGone = options.endWithHost === false ? new Promise<never>(() => {}) : watch.start();
    const ended = waitForEnd({ server, hostGone, signal: options.signal, logger });
    processOutput.writeLine(
      formatHandshake({
        appVersion: version,
        network: listener.network,
        address: listener.address,
        protocol: set.protocol,
        serverCertificate: secured.serverCertificate,
        multiplex,
      }),
    );
    const { reason, exitCode } = await ended;
    logger.debug("plugin ends", { reason });
    if (exitCode !== 0) process.exitCode = exitCode;
  } finally {
    watch.stop();
    listener.close();
    await close();
    processOutput.capture.spill();
    exitSoon(options.exitTimeoutMs ?? 500);
  }
}

function exitUnlessStartedByHost(definition: PluginDefinition): void {
  const problem = checkCookie(definition, process.env);
  if (problem === undefined) return;
  writeIfRead(2, problem);
  process.exit(1);
}

function reportInvalidVersion(entry: string): void {
  writeIfRead(2, `server sent invalid plugin version ${JSON.stringify(entry)}\n`);
}

/** Timers and sockets that the plugin's own code has left open do not keep an ended plugin alive. */
function exitSoon(timeoutMs: number): void {
  setTimeout(() => process.exit(), timeoutMs).unref();
}
