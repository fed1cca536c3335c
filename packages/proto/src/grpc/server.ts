import type { Duplex } from "node:stream";
import { Server, type ServerInterceptor, type ServiceDefinition } from "@go-plugin/grpc";
import type { PluginSet } from "../definition.js";
import type { Implementation, PluginContext } from "../implementation.js";
import type { Logger } from "../logger/logger.js";
import type { PluginServer } from "../protocol.js";
import type { StdioSource } from "../stdio.js";
import { brokerService, controllerService, stdioService } from "./services.js";
import { StdioServer } from "./stdio.js";

export interface ServeOptions {
  /** The version that host and plugin agreed on. */
  readonly version: number;
  readonly logger: Logger;
  readonly stdio: StdioSource;
  /** How long the plugin's last output may take to reach the host. */
  readonly flushTimeoutMs: number;
  /** Middleware around every call of the plugin's services. */
  readonly interceptors?: readonly ServerInterceptor[];
}

/** Serves a set of plugins over gRPC, with the services that every host expects beside them. Go: GRPCServer. */
export function servePlugins(
  set: PluginSet,
  implementations: { readonly [name: string]: Implementation<object> },
  options: ServeOptions,
): PluginServer {
  return new GrpcPluginServer(set, implementations, options);
}

class GrpcPluginServer implements PluginServer {
  readonly shutdownRequested: Promise<void>;
  readonly #server: Server;
  readonly #stdio: StdioServer;
  readonly #end = new AbortController();

  constructor(
    set: PluginSet,
    implementations: { readonly [name: string]: Implementation<object> },
    private readonly options: ServeOptions,
  ) {
    const { logger, version, interceptors } = options;
    this.#stdio = new StdioServer(options.stdio);
    this.#server = new Server({
      ...(interceptors && { interceptors }),
      onError: (error, method) => logger.error("plugin implementation failed", { method, error }),
    });
    const context: PluginContext = { version, logger, signal: this.#end.signal };
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

  handle(connection: Duplex): void {
    this.#server.handle(connection);
  }

  async close(): Promise<void> {
    await this.#flush();
    this.#server.destroy();
  }

  #addProtocolServices(shutdownRequested: () => void): void {
    this.#server.addService(brokerService, {
      // biome-ignore lint/correctness/useYield: a host holds this stream open; without a brokered connection nothing is sent
      async *startStream(requests) {
        for await (const _ of requests);
      },
    });
    this.#server.addService(stdioService, this.#stdio.implementation);
    this.#server.addService(controllerService, {
      shutdown: async () => {
        // A Go host hangs up as soon as it has its answer: what it is to receive has to be out before.
        await this.#flush();
        setImmediate(shutdownRequested);
        return {};
      },
    });
  }

  async #flush(): Promise<void> {
    this.#end.abort();
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.options.flushTimeoutMs);
    });
    await Promise.race([this.#stdio.flush(), timeout]);
    clearTimeout(timer);
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
