import type { Duplex } from "node:stream";
import { type RpcImplementation, RpcServer, type RpcService } from "@go-plugin/netrpc";
import { Session } from "@go-plugin/yamux";
import type { PluginSet } from "../definition.js";
import type { Implementation } from "../implementation.js";
import { sessionKeepAlive } from "../keep-alive.js";
import { LastOutput } from "../last-output.js";
import type { PluginServer, PluginServerOptions } from "../protocol.js";
import { NetRpcBroker } from "./broker.js";
import { controlService, dispenserService, pluginServiceName } from "./services.js";
import { StdioServer } from "./stdio.js";

/** Serves a set of plugins over net/rpc. Go: RPCServer. */
export function servePlugins(
  set: PluginSet,
  implementations: { readonly [name: string]: Implementation<object> },
  options: PluginServerOptions,
): PluginServer {
  return new NetRpcPluginServer(set, implementations, options);
}

class NetRpcPluginServer implements PluginServer {
  readonly shutdownRequested: Promise<void>;
  readonly handle: (connection: Duplex) => void;
  #requestShutdown = () => {};
  readonly #stdio: StdioServer;
  readonly #lastOutput: LastOutput;
  readonly #sessions = new Set<Session>();
  readonly #set: PluginSet;
  readonly #implementations: { readonly [name: string]: Implementation<object> };
  readonly #options: PluginServerOptions;

  constructor(
    set: PluginSet,
    implementations: { readonly [name: string]: Implementation<object> },
    options: PluginServerOptions,
  ) {
    this.#set = set;
    this.#implementations = implementations;
    this.#options = options;
    for (const name of Object.keys(set.services)) {
      if (!implementations[name]) {
        throw new TypeError(`expected an implementation of "${name}" for version ${options.version}, got none`);
      }
    }
    const serveConnection = (connection: Duplex) => this.#handle(connection);
    this.handle = options.security ? options.security.server(serveConnection) : serveConnection;
    this.#stdio = new StdioServer(options.stdio);
    this.#lastOutput = new LastOutput(() => this.#stdio.flush(), options.flushTimeoutMs);
    this.shutdownRequested = new Promise((resolve) => {
      this.#requestShutdown = resolve;
    });
  }

  async close(): Promise<void> {
    await this.#lastOutput.flush();
    await Promise.all([...this.#sessions].map((session) => session.close()));
  }

  #handle(connection: Duplex): void {
    const session = new Session(connection, { role: "server", ...sessionKeepAlive(this.#options.keepAlive) });
    this.#sessions.add(session);
    void session.closed.then(() => this.#sessions.delete(session));
    this.#serve(session).catch((error) => this.#options.logger.debug("a connection of the host ended", { error }));
  }

  /** The host's first three streams are identified by their order; all others belong to the broker. */
  async #serve(session: Session): Promise<void> {
    const control = await session.accept();
    this.#stdio.serve("stdout", await session.accept());
    this.#stdio.serve("stderr", await session.accept());
    const broker = new NetRpcBroker(session, this.#set.connection, this.#options.logger);
    const server = new RpcServer(this.#set.connection);
    server.addService("Control", controlService, {
      ping: () => ({}),
      quit: async () => {
        // The host closes the connection as soon as it has its answer, so all other output must be sent before.
        await this.#lastOutput.flush();
        setImmediate(this.#requestShutdown);
        return {};
      },
    });
    server.addService("Dispenser", dispenserService, { dispense: (name) => this.#dispense(name, broker) });
    server.handle(control);
    try {
      for await (const stream of session) void broker.receive(stream);
    } finally {
      // A stream that the broker closes tells no reason: the session's end comes first.
      await new Promise<void>((resolve) => process.nextTick(resolve));
      await broker.close();
    }
  }

  /** As in Go, each dispensed plugin is an implementation of its own, served to the one connection that requests it. */
  #dispense(name: string, broker: NetRpcBroker): number {
    const service = Object.hasOwn(this.#set.services, name) ? this.#set.services[name] : undefined;
    const implementation = this.#implementations[name];
    if (!service || !implementation) throw new Error(`unknown plugin type: ${name}`);
    const { version, logger } = this.#options;
    const context = { version, logger, broker, signal: this.#lastOutput.signal };
    const server = new RpcServer({
      ...this.#set.connection,
      onError: (error, method) => logger.error("plugin implementation failed", { plugin: name, method, error }),
    });
    try {
      const served = typeof implementation === "function" ? implementation(context) : implementation;
      server.addService(pluginServiceName, service as RpcService, served as RpcImplementation<RpcService>);
    } catch (error) {
      logger.error("plugin could not be dispensed", { plugin: name, error });
      throw error;
    }
    const id = broker.nextId();
    broker.accept(id).then(
      (stream) => server.handle(stream),
      (error) => logger.debug("nobody came for a dispensed plugin", { plugin: name, error }),
    );
    return id;
  }
}
