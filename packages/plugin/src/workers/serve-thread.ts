import { isMainThread, parentPort, workerData } from "node:worker_threads";
import type { ServiceDefinition } from "@go-plugin/grpc";
import { Status, StatusError } from "@go-plugin/grpc/status";
import {
  clientName,
  createLogger,
  type Implementation,
  type LogLevel,
  type PluginContext,
  type PluginDefinition,
} from "@go-plugin/proto/internal";
import type { ThreadMessage } from "./message.js";
import { serveGrpc, serveNetRpc } from "./methods.js";
import { Peer, type Port, type Served } from "./peer.js";
import { ThreadBroker } from "./thread-broker.js";
import { isThreadData } from "./thread-data.js";

/** Returns true in a worker thread of `serve`. */
export function isPluginThread(): boolean {
  return !isMainThread && parentPort !== null && isThreadData(workerData);
}

/** Serves the calls that the main thread passes on. It ends with the thread. */
export function serveThread(
  definition: PluginDefinition,
  implementations: { readonly [version: number]: { readonly [name: string]: Implementation<object> } },
): Promise<never> {
  const { version, brokerIds } = workerData;
  const port = parentPort!;
  const set = definition.versions[version]!;
  const served = new Map<string, ReadonlyMap<string, Served>>();
  const find = (target: string, method: string): Served => {
    const known = broker.find(target, method);
    if (known) return known;
    let methods = served.get(target);
    if (!methods) {
      const implementation = implementations[version]?.[target];
      methods = servedMethods(set.protocol, set.services[target] as ServiceDefinition, implementation, context);
      served.set(target, methods);
    }
    return methods.get(method)!;
  };
  const peer = new Peer(port as unknown as Port, find);
  const broker = new ThreadBroker(peer, brokerIds);
  const logger = createLogger((level, text, fields) => log(port as unknown as Port, level, text, fields));
  // The thread is ended together with the plugin.
  const context: PluginContext = { version, logger, broker, signal: new AbortController().signal };
  port.on("message", (message: ThreadMessage) => peer.receive(message));
  port.postMessage({ type: "ready" } satisfies ThreadMessage);
  return new Promise(() => {});
}

function servedMethods(
  protocol: string,
  service: ServiceDefinition,
  implementation: Implementation<object> | undefined,
  context: PluginContext,
): ReadonlyMap<string, Served> {
  const made = (typeof implementation === "function" ? implementation(context) : implementation) as Record<
    string,
    unknown
  >;
  return new Map(
    Object.entries(service).map(([key, method]) => {
      const name = clientName(key);
      const handler = made?.[name];
      if (typeof handler !== "function") return [name, notThere(method.path ?? name)];
      const bound = handler.bind(made);
      return [name, protocol === "grpc" ? serveGrpc(method, bound) : serveNetRpc(bound)];
    }),
  );
}

/** As gRPC answers a method that is not there; net/rpc's server refuses such an implementation. */
function notThere(path: string): Served {
  return () => {
    throw new StatusError(Status.UNIMPLEMENTED, `method ${path} not implemented`);
  };
}

function log(port: Port, level: LogLevel, text: string, fields: object): void {
  try {
    port.postMessage({ type: "log", level, text, fields }, []);
  } catch {
    // A value that cannot be sent to another thread, such as a function, is sent as text.
    const texts = Object.entries(fields).map(([key, value]) => [key, sendable(value) ? value : String(value)]);
    port.postMessage({ type: "log", level, text, fields: Object.fromEntries(texts) }, []);
  }
}

function sendable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
