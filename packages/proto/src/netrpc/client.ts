import type { Duplex } from "node:stream";
import { createRpcClient, RpcConnection, type RpcService } from "@go-plugin/netrpc";
import { Session } from "@go-plugin/yamux";
import type { PluginSet } from "../definition.js";
import { sessionKeepAlive } from "../keep-alive.js";
import { OutputProgress } from "../output-progress.js";
import type { GrpcClientClass, PingOptions, PluginClient, PluginClientOptions } from "../protocol.js";
import { NetRpcBroker } from "./broker.js";
import { controlService, dispenserService, pluginServiceName } from "./services.js";
import { copyStdio } from "./stdio.js";

/**
 * Connects a host to a plugin that speaks net/rpc. Go: NewRPCClient.
 *
 * @param dial opens the connection to the plugin's address; called once.
 * @throws {Error} when the connection cannot be made.
 */
export async function connectPlugin(
  set: PluginSet,
  dial: () => Duplex | Promise<Duplex>,
  options: PluginClientOptions,
): Promise<PluginClient> {
  const connection = await dial();
  const secured = options.security ? await options.security.client(connection) : connection;
  const session = new Session(secured, { role: "client", ...sessionKeepAlive(options.keepAlive) });
  const client = new NetRpcPluginClient(set, session, options);
  try {
    // A plugin that goes away cannot be asked, even if its open streams continue.
    await Promise.race([client.ping(), session.goneAway.then(throwGoneAway)]);
  } catch (error) {
    client.close();
    throw error;
  }
  return client;
}

function throwGoneAway(): never {
  throw new Error("expected a plugin that answers a ping, got a yamux go-away: it takes no more streams");
}

class NetRpcPluginClient implements PluginClient {
  readonly broker: NetRpcBroker;
  readonly closed: Promise<void>;
  readonly #control: RpcConnection;
  readonly #output = new OutputProgress();
  readonly #set: PluginSet;
  readonly #session: Session;

  constructor(set: PluginSet, session: Session, options: PluginClientOptions) {
    this.#set = set;
    this.#session = session;
    // The plugin identifies the first three streams by their order.
    const [control, stdout, stderr] = [session.open(), session.open(), session.open()];
    this.#control = new RpcConnection(control, set.connection);
    this.closed = copyStdio({ stdout, stderr }, options, options.logger, this.#output);
    this.broker = new NetRpcBroker(session, set.connection, options.logger);
    void this.#receiveStreams();
  }

  async dispense(name: string): Promise<unknown> {
    const service = Object.hasOwn(this.#set.services, name) ? this.#set.services[name] : undefined;
    if (!service) {
      throw new Error(`unknown plugin type: ${name}. This version has: ${Object.keys(this.#set.services).join(", ")}`);
    }
    const id = await createRpcClient(this.#control, "Dispenser", dispenserService).dispense(name);
    const stream = await this.broker.dial(id);
    return createRpcClient(new RpcConnection(stream, this.#set.connection), pluginServiceName, service as RpcService);
  }

  grpcClient(_: GrpcClientClass): Promise<never> {
    return Promise.reject(new Error("expected a plugin that speaks gRPC, this one speaks net/rpc: use dispense"));
  }

  async ping(options: PingOptions = {}): Promise<void> {
    await createRpcClient(this.#control, "Control", controlService).ping(true, withTimeout(options));
  }

  outputAtRest(): Promise<void> {
    return this.#output.rest();
  }

  async shutdown({ timeoutMs }: { readonly timeoutMs: number }): Promise<boolean> {
    try {
      await createRpcClient(this.#control, "Control", controlService).quit(true, withTimeout({ timeoutMs }));
    } catch {
      // A Go plugin may exit before it has answered. Its process shows if it ends.
    }
    return true;
  }

  close(): void {
    void this.broker.close();
    void this.#session.close();
  }

  async #receiveStreams(): Promise<void> {
    try {
      for await (const stream of this.#session) void this.broker.receive(stream);
    } catch {
      // The session failed, which its streams report to their users.
    }
    // After they have: a stream that the broker closes tells no reason.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    await this.broker.close();
  }
}

function withTimeout({ signal, timeoutMs }: { readonly signal?: AbortSignal; readonly timeoutMs?: number }): {
  signal?: AbortSignal;
} {
  if (timeoutMs === undefined) return signal ? { signal } : {};
  const timeout = AbortSignal.timeout(timeoutMs);
  return { signal: signal ? AbortSignal.any([signal, timeout]) : timeout };
}
