import type { Duplex } from "node:stream";
import { Server, type ServiceDefinition } from "@go-plugin/grpc";
import { within } from "../deadline.js";
import type { PluginSet } from "../definition.js";
import type { Implementation, PluginContext } from "../implementation.js";
import { LastOutput } from "../last-output.js";
import type { PluginServer, PluginServerOptions } from "../protocol.js";
import { GrpcBroker } from "./broker.js";
import { BrokerStream } from "./broker-stream.js";
import type { plugin } from "./gen/plugin.js";
import { MultiplexedConnection } from "./multiplexed-connection.js";
import { PlainTransport } from "./plain-transport.js";
import { brokerService, controllerService, stdioService } from "./services.js";
import { localSockets } from "./sockets.js";
import { StdioServer } from "./stdio.js";

/** Milliseconds that the host has to hang up after the plugin's last message. */
const hangUpTimeoutMs = 100;

/** Serves a set of plugins over gRPC, with the services that every host expects beside them. Go: GRPCServer. */
export function servePlugins(
  set: PluginSet,
  implementations: { readonly [name: string]: Implementation<object> },
  options: PluginServerOptions,
): PluginServer {
  return new GrpcPluginServer(set, implementations, options);
}

class GrpcPluginServer implements PluginServer {
  readonly shutdownRequested: Promise<void>;
  readonly #server: Server;
  readonly #stdio: StdioServer;
  readonly #brokers = new BrokerStream();
  readonly #broker: GrpcBroker;
  readonly #lastOutput: LastOutput;
  readonly #multiplexed: MultiplexedConnection | undefined;
  readonly handle: (connection: Duplex) => void;

  constructor(
    set: PluginSet,
    implementations: { readonly [name: string]: Implementation<object> },
    options: PluginServerOptions,
  ) {
    const { logger, version, interceptors, security, sockets } = options;
    this.#stdio = new StdioServer(options.stdio);
    this.#lastOutput = new LastOutput(() => this.#stdio.flush(), options.flushTimeoutMs);
    this.#server = new Server({
      ...(interceptors && { interceptors }),
      onError: (error, method) => logger.error("plugin implementation failed", { method, error }),
    });
    const serveConnection = (connection: Duplex) => this.#server.handle(connection);
    const secured = security ? security.server(serveConnection) : serveConnection;
    const multiplexed = options.multiplex ? new MultiplexedConnection("server", secured, options) : undefined;
    this.#multiplexed = multiplexed;
    this.handle = multiplexed ? (connection) => multiplexed.use(connection) : secured;
    const transport =
      multiplexed?.transport(this.#brokers) ?? new PlainTransport(this.#brokers, localSockets(sockets), logger);
    this.#broker = new GrpcBroker(transport, security, logger);
    const context: PluginContext = { version, logger, broker: this.#broker, signal: this.#lastOutput.signal };
    for (const [name, service] of Object.entries(set.services)) {
      const implementation = implementations[name];
      if (!implementation)
        throw new TypeError(`expected an implementation of "${name}" for version ${version}, got none`);
      this.#server.addService(
        service as ServiceDefinition,
        typeof implementation === "function" ? implementation(context) : implementation,
      );
    }
    this.shutdownRequested = new Promise((resolve) => this.#addProtocolServices(resolve));
    addHealth(this.#server);
    addReflection(this.#server, set);
  }

  async close(): Promise<void> {
    await this.#lastOutput.flush();
    await this.#broker.close();
    // A host that has its answer closes the connection itself; until then, nothing in flight is cut off.
    await within(this.#server.close(), hangUpTimeoutMs);
    this.#server.destroy();
    this.#multiplexed?.close();
  }

  #addProtocolServices(shutdownRequested: () => void): void {
    this.#server.addService(brokerService, {
      startStream: (messages, { signal }) => {
        void this.#receive(messages);
        return this.#brokers.outgoing(signal);
      },
    });
    this.#server.addService(stdioService, this.#stdio.implementation);
    this.#server.addService(controllerService, {
      shutdown: async (_, { closed }) => {
        // A Go host closes the connection as soon as it has its answer, so all other output must be sent before.
        await this.#lastOutput.flush();
        void closed.then(shutdownRequested);
        return {};
      },
    });
  }

  async #receive(messages: AsyncIterable<plugin.ConnInfo>): Promise<void> {
    try {
      for await (const message of messages) this.#brokers.onMessage(message);
    } catch {
      // The host is gone, or opens another stream.
    }
  }
}

function addHealth(server: Server): void {
  server.addLazyService("grpc.health.v1.Health", async () => {
    const { createHealth, healthService, ServingStatus } = await import("@go-plugin/grpc/health");
    const health = createHealth();
    health.setStatus("", ServingStatus.SERVING);
    health.setStatus("plugin", ServingStatus.SERVING);
    return { service: healthService, implementation: health.implementation };
  });
}

function addReflection(server: Server, set: PluginSet): void {
  let loading: Promise<typeof import("@go-plugin/grpc/reflection")> | undefined;
  const load = async (name: "reflectionService" | "reflectionAlphaService") => {
    loading ??= import("@go-plugin/grpc/reflection");
    const [reflection, { descriptors }] = await Promise.all([loading, import("./gen/descriptors.js")]);
    const implementation = reflection.createReflection({
      services: server.serviceNames,
      descriptors: [descriptors, ...(set.descriptors ? [set.descriptors] : [])],
    });
    return { service: reflection[name], implementation };
  };
  server.addLazyService("grpc.reflection.v1.ServerReflection", () => load("reflectionService"));
  server.addLazyService("grpc.reflection.v1alpha.ServerReflection", () => load("reflectionAlphaService"));
}
