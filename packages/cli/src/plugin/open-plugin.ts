import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type LaunchOptions, launch, type Plugin, PluginError, type PluginOfVersion, reattach } from "@go-plugin/host";
import {
  consoleLogger,
  definePlugins,
  grpc,
  netrpc,
  type PluginSet,
  type Protocol,
  type ReattachConfig,
} from "@go-plugin/proto";
import { UsageError } from "../errors.js";
import { findProduct, guessProduct, type Product } from "../products/products.js";
import type { Progress } from "../terminal.js";
import { type PluginOptions, splitAtEquals } from "./options.js";
import { readReattachConfig } from "./reattach-config.js";

// biome-ignore lint/suspicious/noExplicitAny: services are added at run time
type AnyPlugin = PluginOfVersion<number, PluginSet<any>>;

/** A plugin whose services are not known beforehand. */
export interface OpenPlugin extends AsyncDisposable {
  readonly plugin: AnyPlugin;
  readonly product: Product | undefined;
  /** Milliseconds from the start to the handshake line; undefined for a plugin that ran before. */
  readonly lineMs: number | undefined;
  /** Milliseconds from the start to the first reply. */
  readonly startedInMs: number;
  readonly options: { readonly autoMtls: boolean; readonly multiplex: boolean; readonly reattached: boolean };
  /** A client of a service: methods of gRPC under the service's name, of net/rpc under the plugin's. */
  client(name: string, service: object): Promise<unknown>;
  close(): Promise<void>;
}

/** Versions that are offered to a plugin of which nothing is known. */
const anyVersion = Array.from({ length: 21 }, (_, version) => version);

/** The plugin to open, from the command line. */
export interface Target {
  readonly command: string | undefined;
  readonly args: readonly string[];
  readonly options: PluginOptions;
}

/**
 * Starts the plugin, or connects to one that runs.
 *
 * @throws {UsageError} for options that do not fit together.
 * @throws {PluginError} when the plugin cannot be started.
 */
export async function openPlugin(target: Target, progress: Progress, signal: AbortSignal): Promise<OpenPlugin> {
  const { options } = target;
  if (options.reattach !== undefined) return attach(target, readReattachConfig(options.reattach), progress, signal);
  if (target.command === undefined) throw new UsageError("expected the plugin's executable file, or --reattach");
  const product = options.product === undefined ? guessProduct(target.command) : findProduct(options.product);
  const [key, value] = readCookie(options, product);
  const versions = options.versions ?? product?.versions ?? anyVersion;
  const launchOptions: LaunchOptions = {
    command: target.command,
    args: target.args,
    env: { ...product?.env, ...options.env },
    autoMtls: options.autoMtls ?? product?.autoMtls ?? false,
    multiplex: options.multiplex,
    startTimeoutMs: options.startTimeout ?? 60_000,
    logger: consoleLogger({ level: options.logLevel }),
    stdout: process.stderr,
    stderr: process.stderr,
    signal,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  };
  const start = (protocol: Protocol, offered: readonly number[]) =>
    startPlugin({ key, value, protocol, versions: offered }, launchOptions, product);
  progress.text(`starting ${target.command}`);
  try {
    return await start(options.protocol ?? product?.protocol ?? "grpc", versions);
  } catch (error) {
    const other = whatItServes(error, options);
    if (!other) throw error;
    progress.text(`starting ${target.command} again: it serves version ${other.version} over ${other.protocol}`);
    return start(other.protocol, [other.version]);
  } finally {
    progress.stop();
  }
}

function readCookie(options: PluginOptions, product: Product | undefined): [string, string] {
  const cookie = options.cookie ?? product?.cookie;
  if (cookie !== undefined) return splitAtEquals(cookie);
  throw new UsageError(
    "a plugin starts only for a host that has its magic cookie: give --product, or --cookie KEY=VALUE (in Go: HandshakeConfig)",
  );
}

/** A plugin that says in its line that it serves something else than what was expected; nobody has asked for that. */
function whatItServes(error: unknown, options: PluginOptions): { protocol: Protocol; version: number } | undefined {
  if (!(error instanceof PluginError) || error.line === undefined) return undefined;
  if (error.code !== "ERR_PLUGIN_PROTOCOL" && error.code !== "ERR_PLUGIN_VERSION") return undefined;
  const [, version, , , protocol = "netrpc"] = error.line.trim().split("|");
  if (protocol !== "grpc" && protocol !== "netrpc") return undefined;
  if (options.protocol !== undefined && options.protocol !== protocol) return undefined;
  if (options.versions !== undefined && error.code === "ERR_PLUGIN_VERSION") return undefined;
  return /^\d+$/.test(version ?? "") ? { protocol, version: Number(version) } : undefined;
}

interface Offer {
  readonly key: string;
  readonly value: string;
  readonly protocol: Protocol;
  readonly versions: readonly number[];
}

async function startPlugin(offer: Offer, options: LaunchOptions, product: Product | undefined): Promise<OpenPlugin> {
  const services: Record<string, object> = {};
  const started = performance.now();
  let lineMs: number | undefined;
  const onLine = () => {
    lineMs ??= performance.now() - started;
  };
  subscribe("go-plugin:handshake", onLine);
  let plugin: AnyPlugin;
  try {
    plugin = (await launch(define(offer, services), options)) as Plugin as AnyPlugin;
  } finally {
    unsubscribe("go-plugin:handshake", onLine);
  }
  return handle(plugin, services, {
    product,
    lineMs,
    startedInMs: performance.now() - started,
    options: { autoMtls: options.autoMtls ?? false, multiplex: options.multiplex ?? false, reattached: false },
  });
}

async function attach(
  { options }: Target,
  config: ReattachConfig,
  progress: Progress,
  signal: AbortSignal,
): Promise<OpenPlugin> {
  progress.text(`connecting to the plugin at ${config.address}`);
  const services: Record<string, object> = {};
  const started = performance.now();
  const offer = { key: "unused", value: "unused", protocol: config.protocol, versions: [config.version] };
  try {
    const logger = consoleLogger({ level: options.logLevel });
    const plugin = (await reattach(define(offer, services), config, {
      startTimeoutMs: options.startTimeout ?? 60_000,
      logger,
      stdout: process.stderr,
      stderr: process.stderr,
      signal,
    })) as Plugin as AnyPlugin;
    const opened = handle(plugin, services, {
      product: options.product === undefined ? undefined : findProduct(options.product),
      lineMs: undefined,
      startedInMs: performance.now() - started,
      options: { autoMtls: config.tls !== undefined, multiplex: false, reattached: true },
    });
    // It was there before, and stays.
    return { ...opened, close: async () => plugin.detach(), [Symbol.asyncDispose]: async () => plugin.detach() };
  } finally {
    progress.stop();
  }
}

function define({ key, value, protocol, versions }: Offer, services: Record<string, object>) {
  // One object for all versions, to which services are added once it is known what the plugin has.
  const set = protocol === "grpc" ? grpc(services as never) : netrpc(services as never);
  return definePlugins({
    magicCookieKey: key,
    magicCookieValue: value,
    versions: Object.fromEntries(versions.map((version) => [version, set])),
  });
}

function handle(
  plugin: AnyPlugin,
  services: Record<string, object>,
  details: Pick<OpenPlugin, "product" | "lineMs" | "startedInMs" | "options">,
): OpenPlugin {
  return {
    ...details,
    plugin,
    client(name, service) {
      services[name] = service;
      return plugin.dispense(name);
    },
    close: () => plugin.close(),
    [Symbol.asyncDispose]: () => plugin.close(),
  };
}
