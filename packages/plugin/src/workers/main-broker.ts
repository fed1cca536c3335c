import type { ServiceDefinition } from "@go-plugin/grpc";
import type { Broker, BrokeredClient, BrokeredServer } from "@go-plugin/proto/internal";
import { forwardGrpc, type MethodShape, rawMethod, serveByClient } from "./methods.js";
import type { Peer, Served } from "./peer.js";

/** A thread's request to the broker: a service with its methods, under an id. */
export interface BrokerRequest {
  readonly id: number;
  /** The methods by their names on client and implementation. */
  readonly methods: { readonly [name: string]: MethodShape };
  readonly timeoutMs?: number | undefined;
}

type RawClient = { readonly [method: string]: (request: never, options: never) => unknown };

/** The main thread's side of the broker that threads have. */
export class MainBroker {
  #broker: Broker | undefined;
  readonly #servers = new Map<string, BrokeredServer>();
  readonly #clients = new Map<string, BrokeredClient<RawClient>>();
  #lastClient = 0;

  use(broker: Broker): void {
    this.#broker = broker;
  }

  /** The object that serves a thread's call. */
  find(peer: Peer, target: string, method: string): Served {
    if (target !== "broker") {
      const connected = this.#clients.get(target);
      if (!connected) throw new Error("the brokered connection is closed");
      return serveByClient(connected.client[method] as never);
    }
    const broker = this.#broker!;
    switch (method) {
      case "serve":
        return (request) => this.#serve(broker, peer, request as BrokerRequest);
      case "connect":
        return (request, { signal }) => this.#connect(broker, request as BrokerRequest, signal);
      default:
        return (key) => this.#close(key as string);
    }
  }

  #serve(broker: Broker, peer: Peer, { id, methods }: BrokerRequest): string {
    const key = `served ${id}`;
    const forwarders = Object.entries(methods).map(([name, shape]) => [
      name,
      forwardGrpc((call) => peer.call(call), key, name, shape),
    ]);
    this.#servers.set(key, broker.serve(rawService(methods), Object.fromEntries(forwarders), { id }));
    return key;
  }

  async #connect(broker: Broker, { id, methods, timeoutMs }: BrokerRequest, signal: AbortSignal): Promise<string> {
    const connected = await broker.connect(id, rawService(methods), { timeoutMs, signal });
    const key = `client ${++this.#lastClient}`;
    this.#clients.set(key, connected as unknown as BrokeredClient<RawClient>);
    return key;
  }

  async #close(key: string): Promise<void> {
    const resource = this.#servers.get(key) ?? this.#clients.get(key);
    this.#servers.delete(key);
    this.#clients.delete(key);
    await resource?.close();
  }
}

function rawService(methods: BrokerRequest["methods"]): ServiceDefinition {
  return Object.fromEntries(Object.entries(methods).map(([name, shape]) => [name, rawMethod(shape)]));
}
