import type { ClientInterceptor, ServerInterceptor } from "@go-plugin/grpc";
import {
  type ConnectedPlugin,
  dial,
  type Implementation,
  type Implementations,
  type Logger,
  listen,
  loadClient,
  loadServer,
  NoOutput,
  type PluginClient,
  type PluginDefinition,
  type PluginSet,
  type SetOfVersion,
  silentLogger,
  type VersionNumber,
  type Versions,
  versionsOf,
} from "../internal/index.js";

/** Options of {@link testPlugin}. Go: the parameters of TestPluginGRPCConn. */
export interface TestPluginOptions<N extends number = number> {
  /**
   * The version to serve.
   * @default the highest of the definition
   */
  readonly version?: N;
  /**
   * Lets gRPC's brokered connections share the one connection. Go: the parameter of TestPluginGRPCConn.
   * @default false
   */
  readonly multiplex?: boolean;
  /** Receives the log entries of host and plugin. @default silentLogger */
  readonly logger?: Logger;
  /** Middleware of either side. */
  readonly interceptors?: {
    readonly host?: readonly ClientInterceptor[];
    readonly plugin?: readonly ServerInterceptor[];
  };
}

/** A plugin and its host in one process. */
export type TestedPlugin<V extends Versions, N extends VersionNumber<V> = VersionNumber<V>> = {
  [K in N]: ConnectedPlugin<K, SetOfVersion<V, K>, { readonly [O in N]: SetOfVersion<V, O> }> & {
    /** Ends both sides: calls in flight fail, and nothing is left of them. */
    close(): Promise<void>;
  };
}[N];

/**
 * Serves a plugin and connects to it inside this process, for tests of an implementation: over a real socket, with the
 * services and the broker of the real thing, and without process, handshake and captured output.
 * Go: TestPluginGRPCConn, TestPluginRPCConn.
 *
 * @throws {TypeError} when an implementation is missing, or the definition has no such version.
 */
export async function testPlugin<const V extends Versions, N extends VersionNumber<V> = VersionNumber<V>>(
  definition: PluginDefinition<V>,
  implementations: Pick<Implementations<V>, NoInfer<N>> & Partial<Implementations<V>>,
  options: TestPluginOptions<N> = {},
): Promise<TestedPlugin<V, N>> {
  const { multiplex = false, logger = silentLogger, interceptors } = options;
  const versions = versionsOf(definition);
  const version = options.version ?? versions.at(-1)!;
  if (!versions.includes(version)) throw new TypeError(`expected version to be one of ${versions}, got ${version}`);
  const set: PluginSet = definition.versions[version]!;
  const served = (
    implementations as { readonly [version: number]: { readonly [name: string]: Implementation<object> } }
  )[version];
  const [{ connectPlugin }, { servePlugins }] = await Promise.all([loadClient(set.protocol), loadServer(set.protocol)]);
  const server = servePlugins(set, served ?? {}, {
    version,
    logger,
    multiplex,
    stdio: new NoOutput(),
    flushTimeoutMs: 0,
    interceptors: interceptors?.plugin,
  });
  const end = new AbortController();
  let client: PluginClient | undefined;
  let closed: Promise<void> | undefined;
  const close = () => {
    client?.close();
    end.abort();
    closed ??= server.close();
    return closed;
  };
  try {
    const listener = await listen({}, (socket) => server.handle(socket));
    end.signal.addEventListener("abort", () => listener.close());
    const connection = { logger, multiplex, interceptors: interceptors?.host };
    client = await connectPlugin(set, () => dial(listener, end.signal), connection);
  } catch (error) {
    await close();
    throw error;
  }
  const connected = client;
  const tested: ConnectedPlugin<number, PluginSet> & { close(): Promise<void> } = {
    version,
    protocol: set.protocol,
    broker: connected.broker,
    dispense: async (name) => (await connected.dispense(name)) as never,
    grpcClient: (Client, options) => connected.grpcClient(Client, options),
    ping: (limits) => connected.ping(limits),
    close,
    [Symbol.asyncDispose]: close,
  };
  return tested as unknown as TestedPlugin<V, N>;
}
