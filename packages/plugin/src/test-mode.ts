import { once } from "node:events";
import {
  hclogLogger,
  type Implementation,
  NoOutput,
  type PluginDefinition,
  versionsOf,
} from "@go-plugin/proto/internal";
import { openPlugin } from "./listen/open-plugin.js";
import { writeIfRead } from "./output/write-fully.js";
import type { ServeOptions, TestModeOptions } from "./serve-options.js";
import { takeHostEnvironment } from "./start/host-environment.js";

/**
 * Serves in a process that is not the plugin's own, a test or a debugger's: nothing of the process is touched, and hosts
 * come by the configuration that `onListening` gets. Go: Serve with ServeConfig.Test.
 */
export async function serveInTestMode(
  definition: PluginDefinition,
  implementations: { readonly [version: number]: { readonly [name: string]: Implementation<object> } },
  { signal, ...options }: ServeOptions,
  { version: wanted, onListening }: TestModeOptions,
): Promise<void> {
  const invalid: string[] = [];
  // A copy: what a host wrote there is not meant for this plugin alone.
  const { versions, sockets } = takeHostEnvironment({ ...process.env }, (entry) => invalid.push(entry));
  const logger = options.logger ?? hclogLogger({ write: (line) => writeIfRead(2, line) });
  for (const entry of invalid) logger.warn("the host offers a version that is no number", { version: entry });
  if (wanted !== undefined && !versionsOf(definition).includes(wanted)) {
    throw new TypeError(`expected test.version to be one of ${versionsOf(definition).join(", ")}, got ${wanted}`);
  }
  const { version, protocol, listener, server, close } = await openPlugin(definition, implementations, {
    ...options,
    logger,
    stdio: new NoOutput(),
    // As of Go's hosts, none can reattach with AutoMTLS or with multiplexing.
    environment: {
      versions: wanted === undefined ? versions : [wanted],
      sockets,
      clientCertificate: undefined,
      multiplex: undefined,
    },
  });
  const settled = new AbortController();
  try {
    const { network, address } = listener;
    onListening({ protocol, version, network, address, pid: process.pid, test: true });
    if (signal?.aborted) return;
    const aborted = signal ? once(signal, "abort", { signal: settled.signal }) : new Promise(() => {});
    await Promise.race([server.shutdownRequested, aborted]);
  } finally {
    settled.abort();
    await close();
  }
}
