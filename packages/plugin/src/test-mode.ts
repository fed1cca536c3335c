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
 * Serves in a process that no host has started, such as a test or a debugger's. It leaves the process alone; hosts connect
 * by the configuration that `onListening` receives. Go: Serve with ServeConfig.Test.
 */
export async function serveInTestMode(
  definition: PluginDefinition,
  implementations: { readonly [version: number]: { readonly [name: string]: Implementation<object> } },
  { signal, ...options }: ServeOptions,
  { version: wanted, address: fixed, onListening }: TestModeOptions,
): Promise<void> {
  const invalid: string[] = [];
  // A copy, since the variables may be meant for other plugins of this process too.
  const { versions, sockets } = takeHostEnvironment({ ...process.env }, (entry) => invalid.push(entry));
  const logger = options.logger ?? hclogLogger({ write: (line) => writeIfRead(2, line) });
  for (const entry of invalid) logger.warn("ignoring an offered version that is not a number", { version: entry });
  if (wanted !== undefined && !versionsOf(definition).includes(wanted)) {
    throw new TypeError(`expected test.version to be one of ${versionsOf(definition).join(", ")}, got ${wanted}`);
  }
  const { version, protocol, listener, server, close } = await openPlugin(definition, implementations, {
    ...options,
    logger,
    stdio: new NoOutput(),
    // As in Go, hosts reattach without AutoMTLS and without multiplexing.
    listenAt: fixed,
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
