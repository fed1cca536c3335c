import type { Duplex } from "node:stream";
import { Channel, type ClientInterceptor, createClient, type ServiceDefinition } from "@go-plugin/grpc";
import type { PluginSet } from "../definition.js";
import type { Logger } from "../logger/logger.js";
import type { GrpcClientClass, PluginClient } from "../protocol.js";
import { brokerService, controllerService } from "./services.js";
import { copyStdio, type StdioDestinations } from "./stdio.js";

export interface ConnectOptions extends StdioDestinations {
  readonly logger: Logger;
  /** Middleware around every call to the plugin's services. */
  readonly interceptors?: readonly ClientInterceptor[];
}

/**
 * Connects a host to a plugin that speaks gRPC. Go: newGRPCClient.
 *
 * @param dial opens a connection to the plugin's address; called again when the connection was lost.
 * @throws when the first connection cannot be made.
 */
export async function connectPlugin(
  set: PluginSet,
  dial: () => Duplex | Promise<Duplex>,
  options: ConnectOptions,
): Promise<PluginClient> {
  const channel = new Channel(dial);
  await channel.connect();
  return new GrpcPluginClient(set, channel, options);
}

class GrpcPluginClient implements PluginClient {
  readonly closed: Promise<void>;
  readonly #end = new AbortController();

  constructor(
    private readonly set: PluginSet,
    private readonly channel: Channel,
    private readonly options: ConnectOptions,
  ) {
    void this.#holdBrokerStream();
    this.closed = copyStdio(channel, options, options.logger, this.#end.signal);
  }

  async dispense(name: string): Promise<unknown> {
    const service = Object.hasOwn(this.set.services, name) ? this.set.services[name] : undefined;
    if (!service) {
      throw new Error(`unknown plugin type: ${name}. This version has: ${Object.keys(this.set.services).join(", ")}`);
    }
    const { interceptors } = this.options;
    return createClient(this.channel, service as ServiceDefinition, interceptors ? { interceptors } : {});
  }

  async grpcClient<C>(Client: GrpcClientClass<C>): Promise<C> {
    const [{ channelOverride }, { credentials }] = await Promise.all([
      import("@go-plugin/grpc/grpc-js"),
      import("@grpc/grpc-js"),
    ]);
    return new Client("unused", credentials.createInsecure(), { channelOverride: channelOverride(this.channel) });
  }

  async ping(options: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {}): Promise<void> {
    const { healthService } = await import("@go-plugin/grpc/health");
    await createClient(this.channel, healthService).check({ service: "plugin" }, options);
  }

  async shutdown(options: { readonly timeoutMs: number }): Promise<void> {
    try {
      await createClient(this.channel, controllerService).shutdown({}, options);
    } catch {
      // A Go plugin drops the connection instead of answering; whether the plugin ends is seen by its process.
    }
  }

  close(): void {
    this.#end.abort();
    this.channel.destroy();
  }

  /** A Go plugin's broker waits for this stream, and is closed for good when it ends. */
  async #holdBrokerStream(): Promise<void> {
    const nothing = (async function* (signal: AbortSignal) {
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    })(this.#end.signal);
    try {
      const { signal } = this.#end;
      for await (const _ of createClient(this.channel, brokerService).startStream(nothing, { signal }));
    } catch {
      // Its end is the connection's end, which the calls in flight report.
    }
  }
}
