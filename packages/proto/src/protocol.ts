import type { Duplex } from "node:stream";

/** A host's side of a connection to a plugin; one implementation for gRPC, one for net/rpc. Go: ClientProtocol. */
export interface PluginClient {
  /**
   * A client of one of the set's plugins.
   * @throws when the plugin has no such name.
   */
  dispense(name: string): Promise<unknown>;
  /** Resolves when the plugin answers. */
  ping(options?: { readonly signal?: AbortSignal; readonly timeoutMs?: number }): Promise<void>;
  /** Asks the plugin to end. Resolves when it answered, when the connection ended, or after `timeoutMs`. */
  shutdown(options: { readonly timeoutMs: number }): Promise<void>;
  /** Ends the connection at once. */
  close(): void;
  /** Resolves when the connection, and all output that came over it, has ended. */
  readonly closed: Promise<void>;
}

/** A plugin's side of its connections. Go: ServerProtocol. */
export interface PluginServer {
  /** Serves one accepted connection. */
  handle(connection: Duplex): void;
  /** Resolves when a host asked the plugin to end, and was answered. */
  readonly shutdownRequested: Promise<void>;
  /** Cancels the calls in flight, hands over what output is left (for at most `flushTimeoutMs`) and ends all connections. */
  close(options: { readonly flushTimeoutMs: number }): Promise<void>;
}
