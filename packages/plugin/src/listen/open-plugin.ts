import type { Socket } from "node:net";
import {
  chooseVersion,
  type Implementation,
  isKeepAlive,
  keepAliveExpectation,
  type Listening,
  type Logger,
  listen,
  loadServer,
  type PluginDefinition,
  type PluginServer,
  type Protocol,
  type SocketAddress,
  type StdioSource,
  versionsOf,
} from "@go-plugin/proto/internal";
import type { ServeOptions } from "../serve-options.js";
import type { HostEnvironment } from "../start/host-environment.js";
import { secure } from "./secure.js";

/** Time for the last output to reach a host that reads slowly. */
const flushTimeoutMs = 5_000;

export interface OpenOptions extends Pick<ServeOptions, "tls" | "interceptors" | "keepAlive" | "workers"> {
  readonly environment: HostEnvironment;
  readonly stdio: StdioSource;
  readonly logger: Logger;
  /** A fixed address; by default the environment decides. */
  readonly listenAt?: SocketAddress | undefined;
  /** Called just before there is a socket. */
  readonly beforeListening?: () => void;
  readonly onConnection?: (socket: Socket) => void;
}

/** A plugin that accepts connections. */
export interface OpenPlugin {
  readonly version: number;
  readonly protocol: Protocol;
  /** For the handshake line; empty unless the host asked for AutoMTLS. */
  readonly serverCertificate: string;
  readonly listener: Listening;
  readonly server: PluginServer;
  /** Ends every connection and removes the socket. */
  close(): Promise<void>;
}

/** Chooses the version, loads its protocol and listens. Go: Serve. */
export async function openPlugin(
  definition: PluginDefinition,
  implementations: { readonly [version: number]: { readonly [name: string]: Implementation<object> } },
  {
    environment,
    stdio,
    logger,
    tls,
    interceptors,
    keepAlive,
    workers,
    listenAt,
    beforeListening,
    onConnection,
  }: OpenOptions,
): Promise<OpenPlugin> {
  if (keepAlive !== undefined && !isKeepAlive(keepAlive)) {
    throw new TypeError(`option keepAlive: expected ${keepAliveExpectation}, got ${JSON.stringify(keepAlive)}`);
  }
  const { sockets, clientCertificate, multiplex = false } = environment;
  const version = chooseVersion(versionsOf(definition), environment.versions);
  const declared = definition.versions[version]!;
  const { security, serverCertificate } = await secure(tls, clientCertificate, declared.protocol, logger);
  const { servePlugins } = await loadServer(declared.protocol);
  const own = implementations[version] ?? {};
  const threads =
    workers === undefined
      ? undefined
      : (await import("../workers/start-threads.js")).startThreads(version, declared, own, workers, logger);
  const set = threads?.set ?? declared;
  const options = { version, logger, sockets, security, multiplex, keepAlive, interceptors, stdio, flushTimeoutMs };
  const server = servePlugins(set, threads?.implementations ?? own, options);
  try {
    beforeListening?.();
    const listener = await listen({ ...sockets, address: listenAt }, (socket) => {
      onConnection?.(socket);
      server.handle(socket);
    });
    logger.debug("plugin address", { network: listener.network, address: listener.address });
    const close = async () => {
      listener.close();
      await server.close();
      await threads?.close();
    };
    // They load their modules when the host has what it waits for.
    if (threads) setImmediate(() => threads.start());
    return { version, protocol: set.protocol, serverCertificate, listener, server, close };
  } catch (error) {
    await server.close();
    throw error;
  }
}
