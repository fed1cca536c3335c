import {
  formatHandshake,
  hclogLogger,
  type Implementation,
  type Implementations,
  type Logger,
  type PluginDefinition,
  printIfDebugging,
  type Versions,
} from "@go-plugin/proto/internal";
import { EndSignals } from "./end/end-signals.js";
import { HostWatch } from "./end/host-watch.js";
import { type End, waitForEnd } from "./end/wait-for-end.js";
import { type OpenPlugin, openPlugin } from "./listen/open-plugin.js";
import { processOutput } from "./output/process-output.js";
import { writeIfRead } from "./output/write-fully.js";
import type { ServeOptions } from "./serve-options.js";
import { checkCookie } from "./start/check-cookie.js";
import { type HostEnvironment, takeHostEnvironment } from "./start/host-environment.js";
import { serveInTestMode } from "./test-mode.js";

/**
 * Serves plugins to the host that has started this process. Resolves when the host has ended the plugin. The process then
 * has `exitTimeoutMs` to end by itself, and exits with code 0 or `process.exitCode`. A process that no host has started
 * prints an explanation and exits with code 1. Go: Serve.
 *
 * @throws {SocketError} when the socket cannot be made, or no port is free.
 * @throws {ServeError} when the host's certificate for AutoMTLS cannot be read.
 * @throws {TypeError} when an implementation is missing.
 *
 * @example
 * ```ts
 * await serve(greeterPlugins, {
 *   1: { greeter: { greet: async ({ name }) => ({ message: `Hello, ${name}` }) } },
 * });
 * ```
 */
export async function serve<V extends Versions>(
  definition: PluginDefinition<V>,
  implementations: Implementations<V>,
  options: ServeOptions = {},
): Promise<void> {
  const byVersion = implementations as ImplementationsByVersion;
  if (options.workers !== undefined) {
    const { isPluginThread, serveThread } = await import("./workers/serve-thread.js");
    if (isPluginThread()) return serveThread(definition, byVersion);
  }
  if (options.test) return serveInTestMode(definition, byVersion, options, options.test);
  exitUnlessStartedByHost(definition);
  processOutput.serve();
  const printing = printIfDebugging();
  if (printing) await printing;
  const environment = takeHostEnvironment(process.env, reportInvalidVersion);
  const logger = options.logger ?? hclogLogger({ write: (line) => writeIfRead(2, line) });
  const watch = new HostWatch({ isOutputRead: () => processOutput.isRead() });
  const closed = new AbortController();
  const signals = new EndSignals(closed.signal);
  const opening = openPlugin(definition, byVersion, {
    ...options,
    environment,
    stdio: processOutput.capture,
    logger,
    beforeListening: () => signals.catch(),
    onConnection: (socket) => watch.connectionOpened(socket),
  });
  opening.catch(() => closed.abort());
  const plugin = await opening;
  try {
    const hostGone = options.endWithHost === false ? new Promise<never>(() => {}) : watch.start();
    const ended = waitForEnd({
      server: plugin.server,
      hostGone,
      signal: options.signal,
      signals,
      logger,
    });
    printHandshake(plugin, environment);
    reportEnd(await ended, logger);
  } finally {
    watch.stop();
    await plugin.close();
    processOutput.capture.spill();
    closed.abort();
    exitSoon(options.exitTimeoutMs ?? 500);
  }
}

type ImplementationsByVersion = { readonly [version: number]: { readonly [name: string]: Implementation<object> } };

function exitUnlessStartedByHost(definition: PluginDefinition): void {
  const problem = checkCookie(definition, process.env);
  if (problem === undefined) return;
  writeIfRead(2, problem);
  process.exit(1);
}

function reportInvalidVersion(entry: string): void {
  writeIfRead(2, `server sent invalid plugin version ${JSON.stringify(entry)}\n`);
}

function printHandshake(plugin: OpenPlugin, { multiplex }: HostEnvironment): void {
  const { version, protocol, serverCertificate, listener } = plugin;
  const { network, address } = listener;
  processOutput.writeLine(
    formatHandshake({ appVersion: version, network, address, protocol, serverCertificate, multiplex }),
  );
}

function reportEnd({ reason, exitCode }: End, logger: Logger): void {
  logger.debug("plugin ends", { reason });
  if (exitCode !== 0) process.exitCode = exitCode;
}

/** Ends the process even if the plugin's own code has left timers or sockets open. */
function exitSoon(timeoutMs: number): void {
  setTimeout(() => process.exit(), timeoutMs).unref();
}
