import type { ServiceDefinition } from "@go-plugin/grpc";
import {
  clientName,
  type Implementation,
  type Logger,
  type PluginContext,
  type PluginSet,
} from "@go-plugin/proto/internal";
import { MainBroker } from "./main-broker.js";
import { forwardGrpc, forwardNetRpc, rawMethod } from "./methods.js";
import type { Thread } from "./thread.js";
import { Threads } from "./threads.js";
import { validateWorkerOptions, type WorkerOptions } from "./worker-options.js";

type PluginImplementations = { readonly [name: string]: Implementation<object> };

/** A set whose chosen methods run in threads. */
export interface ThreadedSet {
  readonly set: PluginSet;
  readonly implementations: PluginImplementations;
  /** Starts the threads, if no call has. */
  start(): void;
  close(): Promise<void>;
}

/** Broker ids of threads, which the main thread's own do not reach. */
const firstThreadId = 2 ** 31;

/**
 * Moves the chosen methods of a set into worker threads.
 *
 * @throws {TypeError} for options that make no sense.
 */
export function startThreads(
  version: number,
  set: PluginSet,
  implementations: PluginImplementations,
  workers: number | WorkerOptions,
  logger: Logger,
): ThreadedSet {
  const { size, module, methods } = validateWorkerOptions(workers);
  const chosen = chosenMethods(set, methods);
  const brokerIds = new Int32Array(new SharedArrayBuffer(4));
  brokerIds[0] = firstThreadId - 1;
  const broker = new MainBroker();
  const find = (thread: () => Thread) => (target: string, method: string) => broker.find(thread().peer, target, method);
  const data = { goPluginWorker: true, version, brokerIds } as const;
  const threads = new Threads(size, module, data, find, logger);
  const isGrpc = set.protocol === "grpc";
  const services = Object.entries(set.services).map(([name, service]) => [
    name,
    isGrpc ? rawMethods(service as ServiceDefinition, chosen.get(name)!) : service,
  ]);
  const forwarded = Object.entries(set.services).map(([name, service]) => {
    const names = chosen.get(name)!;
    const forwarders = Object.entries(service as ServiceDefinition).flatMap(([key, shape]) => {
      const method = clientName(key);
      if (!names.has(method)) return [];
      const forward = isGrpc
        ? forwardGrpc(threads.call, name, method, shape)
        : forwardNetRpc(threads.call, name, method);
      return [[method, forward] as const];
    });
    const staying = Object.keys(service)
      .map(clientName)
      .filter((method) => !names.has(method));
    const make = (context: PluginContext): object => {
      broker.use(context.broker);
      return { ...staysHere(implementations[name], staying, context), ...Object.fromEntries(forwarders) };
    };
    return [name, make] as const;
  });
  return {
    set: { ...set, services: Object.fromEntries(services) },
    // One that is missing is reported where all are.
    implementations: Object.fromEntries(forwarded.filter(([name]) => implementations[name] !== undefined)),
    start: () => threads.start(),
    close: () => threads.close(),
  };
}

function chosenMethods(set: PluginSet, methods: WorkerOptions["methods"]): ReadonlyMap<string, ReadonlySet<string>> {
  const known = new Map(
    Object.entries(set.services).map(([name, service]) => [name, new Set(Object.keys(service).map(clientName))]),
  );
  if (methods === undefined) return known;
  const chosen = new Map([...known.keys()].map((name) => [name, new Set<string>()]));
  for (const [name, names] of Object.entries(methods)) {
    for (const method of names) {
      // A plugin of another version is not there.
      if (known.has(name) && !known.get(name)!.has(method)) {
        throw new TypeError(
          `option workers.methods: expected methods of ${JSON.stringify(name)} (${[...known.get(name)!].join(", ")}), got ${JSON.stringify(method)}`,
        );
      }
      chosen.get(name)?.add(method);
    }
  }
  return chosen;
}

function rawMethods(service: ServiceDefinition, names: ReadonlySet<string>): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(service).map(([key, method]) => [key, names.has(clientName(key)) ? rawMethod(method) : method]),
  );
}

/** The methods of the implementation on the main thread, which is only made for them. */
function staysHere(
  implementation: Implementation<object> | undefined,
  names: readonly string[],
  context: PluginContext,
): object {
  if (names.length === 0) return {};
  const made = typeof implementation === "function" ? implementation(context) : implementation;
  const methods = made as Record<string, (...args: unknown[]) => unknown>;
  return Object.fromEntries(
    names.flatMap((name) => (typeof methods[name] === "function" ? [[name, methods[name].bind(made)]] : [])),
  );
}
