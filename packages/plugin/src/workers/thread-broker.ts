import type { ServiceDefinition } from "@go-plugin/grpc";
import {
  type Broker,
  type BrokeredClient,
  type BrokeredServer,
  type BrokeredService,
  clientName,
} from "@go-plugin/proto/internal";
import type { BrokerRequest } from "./main-broker.js";
import { callGrpc, serveGrpc } from "./methods.js";
import type { Peer, Served } from "./peer.js";

/** The broker of a worker thread: the main thread has the connections, this one the services and clients. */
export class ThreadBroker implements Broker {
  readonly #peer: Peer;
  readonly #ids: Int32Array;
  /** The services of this thread, by target and method. */
  readonly #served = new Map<string, ReadonlyMap<string, Served>>();

  constructor(peer: Peer, ids: Int32Array) {
    this.#peer = peer;
    this.#ids = ids;
  }

  find(target: string, method: string): Served | undefined {
    return this.#served.get(target)?.get(method);
  }

  nextId(): number {
    return (Atomics.add(this.#ids, 0, 1) + 1) >>> 0;
  }

  serve: Broker["serve"] = (
    service,
    implementation,
    { id = this.nextId(), interceptors = [] } = {},
  ): BrokeredServer => {
    if (interceptors.length > 0)
      throw new TypeError("expected no interceptors of a service that a worker thread serves");
    const key = `served ${id}`;
    const definitions = definitionsOf(service);
    const handlers = implementation as Record<string, (request: never, context: never) => unknown>;
    const served = Object.entries(definitions).map(([name, definition]) => {
      const handler = handlers[name];
      if (typeof handler !== "function")
        throw new TypeError(`expected ${name} in the implementation of id ${id}, got ${typeof handler}`);
      return [name, serveGrpc(definition, handler.bind(implementation) as typeof handler)] as const;
    });
    this.#served.set(key, new Map(served));
    // The main thread serves it before it sees anything that this thread sends later, such as the id.
    const serving = this.#ask("serve", { id, methods: shapesOf(definitions) });
    const close = async () => {
      if (!this.#served.delete(key)) return;
      await serving;
      await this.#ask("close", key);
    };
    void serving.catch(() => {});
    return { id, close, [Symbol.asyncDispose]: close };
  };

  connect: Broker["connect"] = async (id, service, { timeoutMs, signal, interceptors = [] } = {}) => {
    if (interceptors.length > 0) throw new TypeError("expected no interceptors of a worker thread's brokered client");
    const definitions = definitionsOf(service);
    const key = (await this.#ask("connect", { id, methods: shapesOf(definitions), timeoutMs }, signal)) as string;
    const methods = Object.entries(definitions).map(([name, definition]) => [
      name,
      callGrpc((call) => this.#peer.call(call), key, name, definition),
    ]);
    let closed: Promise<void> | undefined;
    const close = () => {
      closed ??= this.#ask("close", key).then(() => {});
      return closed;
    };
    return {
      client: Object.fromEntries(methods),
      close,
      [Symbol.asyncDispose]: close,
    } as unknown as BrokeredClient<never>;
  };

  accept(): Promise<never> {
    return Promise.reject(
      new TypeError("raw connections belong to the main thread: keep this method off workers.methods"),
    );
  }

  dial(): Promise<never> {
    return this.accept();
  }

  #ask(method: string, request: BrokerRequest | string, signal?: AbortSignal): Promise<unknown> {
    const call = { target: "broker", method, request, requestStream: false, responseStream: false, signal };
    return this.#peer.call(call) as Promise<unknown>;
  }
}

function definitionsOf(service: BrokeredService): ServiceDefinition {
  const methods = Object.entries(service);
  if (methods.some(([, method]) => !("path" in method))) {
    throw new TypeError("net/rpc's broker belongs to the main thread: keep this method off workers.methods");
  }
  return Object.fromEntries(methods.map(([name, method]) => [clientName(name), method]));
}

function shapesOf(definitions: ServiceDefinition): BrokerRequest["methods"] {
  return Object.fromEntries(
    Object.entries(definitions).map(([name, { path, requestStream, responseStream }]) => [
      name,
      { path, requestStream, responseStream },
    ]),
  );
}
