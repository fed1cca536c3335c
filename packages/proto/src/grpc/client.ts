import type { Duplex } from "node:stream";
import { Channel, createClient, type ServiceDefinition, Status, StatusError } from "@go-plugin/grpc";
import { within } from "../deadline.js";
import type { PluginSet } from "../definition.js";
import { OutputProgress } from "../output-progress.js";
import type { GrpcClientClass, PingOptions, PluginClient, PluginClientOptions } from "../protocol.js";
import { GrpcBroker } from "./broker.js";
import { BrokerStream } from "./broker-stream.js";
import { MultiplexedConnection } from "./multiplexed-connection.js";
import { PlainTransport } from "./plain-transport.js";
import { brokerService, controllerService } from "./services.js";
import { localSockets } from "./sockets.js";
import { copyStdio } from "./stdio.js";

/** A process that has lost its connection is usually about to exit. */
const exitGraceMs = 500;

/**
 * Connects a host to a plugin that speaks gRPC. Go: newGRPCClient.
 *
 * @param dial opens a connection to the plugin's address; called again when the connection was lost, unless the plugin
 * multiplexes.
 * @throws {Error} when the first connection cannot be made.
 */
export async function connectPlugin(
  set: PluginSet,
  dial: () => Duplex | Promise<Duplex>,
  options: PluginClientOptions,
): Promise<PluginClient> {
  const { multiplex, security } = options;
  let multiplexed: MultiplexedConnection | undefined;
  if (multiplex) {
    multiplexed = new MultiplexedConnection("client", (stream) => stream.destroy(), options);
    multiplexed.use(await dial());
  }
  const channel = new Channel(async () => {
    const connection = multiplexed ? multiplexed.open() : await dial();
    return security ? security.client(connection) : connection;
  });
  try {
    await channel.connect();
  } catch (error) {
    multiplexed?.close();
    throw error;
  }
  return new GrpcPluginClient(set, channel, multiplexed, options);
}

class GrpcPluginClient implements PluginClient {
  readonly #set: PluginSet;
  readonly #channel: Channel;
  readonly #multiplexed: MultiplexedConnection | undefined;
  readonly #options: PluginClientOptions;
  readonly broker: GrpcBroker;
  readonly closed: Promise<void>;
  readonly #brokers = new BrokerStream();
  readonly #end = new AbortController();
  readonly #output = new OutputProgress();
  /** The plugin was told to end. */
  #ending = false;

  constructor(
    set: PluginSet,
    channel: Channel,
    multiplexed: MultiplexedConnection | undefined,
    options: PluginClientOptions,
  ) {
    this.#set = set;
    this.#channel = channel;
    this.#multiplexed = multiplexed;
    this.#options = options;
    const { logger, security, sockets, translator, watcher } = options;
    const transport =
      multiplexed?.transport(this.#brokers) ??
      new PlainTransport(this.#brokers, localSockets(sockets, translator, watcher), logger);
    this.broker = new GrpcBroker(transport, security, logger);
    void this.#holdBrokerStream();
    this.closed = copyStdio(channel, options, logger, this.#end.signal, this.#output);
  }

  async dispense(name: string): Promise<unknown> {
    const service = Object.hasOwn(this.#set.services, name) ? this.#set.services[name] : undefined;
    if (!service) {
      throw new Error(`unknown plugin type: ${name}. This version has: ${Object.keys(this.#set.services).join(", ")}`);
    }
    const { interceptors } = this.#options;
    return createClient(this.#channel, service as ServiceDefinition, interceptors ? { interceptors } : {});
  }

  async grpcClient<T extends GrpcClientClass>(
    Client: T,
    options?: ConstructorParameters<T>[2],
  ): Promise<InstanceType<T>> {
    // In this order, so that the error for a missing grpc-js comes first.
    const [{ credentials }, { channelOverride }] = await Promise.all([
      import("@grpc/grpc-js"),
      import("@go-plugin/grpc/grpc-js"),
    ]);
    const ownOptions = { ...options, channelOverride: channelOverride(this.#channel) };
    const client = new Client("unused", credentials.createInsecure(), ownOptions) as object;
    // A method `then` would make the client a thenable, which this promise would call. grpc-js also has it as `Then`.
    // biome-ignore lint/suspicious/noThenProperty: it is removed
    if ("then" in client) Object.defineProperty(client, "then", { value: undefined });
    return client as InstanceType<T>;
  }

  async ping({ healthy = false, ...options }: PingOptions = {}): Promise<void> {
    const { healthService, ServingStatus } = await import("@go-plugin/grpc/health");
    const { status } = await createClient(this.#channel, healthService).check({ service: "plugin" }, options);
    if (healthy && status !== ServingStatus.SERVING) {
      const name = Object.entries(ServingStatus).find(([, value]) => value === status)?.[0] ?? status;
      throw new StatusError(Status.UNAVAILABLE, `expected the plugin's health status SERVING, got ${name}`);
    }
  }

  outputAtRest(): Promise<void> {
    return this.#output.rest();
  }

  async shutdown(options: { readonly timeoutMs: number }): Promise<boolean> {
    this.#ending = true;
    try {
      await createClient(this.#channel, controllerService).shutdown({}, options);
      // A plugin that was asked to end waits for its host to close the connection, as Go's plugins do. Its output comes
      // first.
      void this.closed.then(() => this.close());
    } catch (error) {
      if (StatusError.from(error).code === Status.UNIMPLEMENTED) return false;
      // A Go plugin drops the connection instead of answering; its process shows if it ends.
    }
    return true;
  }

  close(cause?: Error): void {
    void this.broker.close();
    this.#end.abort();
    this.#channel.destroy(cause);
    this.#multiplexed?.close();
  }

  /**
   * The brokers' conversation. A plugin of ours continues it on a new stream. A Go plugin's broker ends with its first
   * stream, and ends later ones at once.
   */
  async #holdBrokerStream(): Promise<void> {
    const broker = createClient(this.#channel, brokerService);
    const { signal } = this.#end;
    let streams = 0;
    let cause: unknown;
    for (let answered = true; answered && !signal.aborted && !this.#ending; ) {
      // Not `performance`, which is slow to load.
      const opened = process.uptime();
      const ended = new AbortController();
      answered = false;
      try {
        const outgoing = this.#brokers.outgoing(AbortSignal.any([signal, ended.signal]));
        for await (const message of broker.startStream(outgoing, { signal })) {
          answered = true;
          this.#brokers.onMessage(message);
        }
      } catch (error) {
        cause = error;
        this.#options.logger.debug("the brokers' stream ended", { error });
      } finally {
        ended.abort();
      }
      answered ||= process.uptime() - opened > 1;
      if (answered) streams++;
    }
    if (signal.aborted) return;
    await this.broker.close();
    // A plugin that is about to end reports that itself, and one that never had a broker has lost nothing.
    if (streams > 0 && !this.#ending && !(await abortedWithin(exitGraceMs, signal))) {
      this.#options.logger.error(
        "the plugin's broker is lost: its stream broke and could not be opened again. What was brokered is closed, nothing more can be served or dialed",
        { error: cause },
      );
    }
  }
}

async function abortedWithin(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  await within(aborted, timeoutMs);
  return signal.aborted;
}
