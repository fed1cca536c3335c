import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import {
  dial,
  Environment,
  loadClient,
  type PluginClient,
  parseHandshake,
  silentLogger,
} from "@go-plugin/proto/internal";

/** Time for the plugin to start, answer one call and end. */
const timeoutMs = 30_000;
const versions = Array.from({ length: 100 }, (_, version) => version);

export interface Rehearsed {
  readonly cache: Buffer | undefined;
  readonly warnings: readonly string[];
}

/**
 * Starts a bundle as a host does and ends it, so that the code cache holds exactly the functions of a start. A plugin that
 * cannot be started here is built without a cache.
 *
 * @param name the bundle's name in stack traces.
 */
export async function rehearse(source: string, name: string, folder: string): Promise<Rehearsed> {
  const [bundle, cache] = [join(folder, "bundle.cjs"), join(folder, "cache")];
  await writeFile(bundle, source);
  const program = fileURLToPath(new URL("./rehearsal.js", import.meta.url));
  const child = spawn(process.execPath, [program, bundle, cache, name], {
    env: {
      ...process.env,
      [Environment.protocolVersions]: versions.join(),
      [Environment.minPort]: "10000",
      [Environment.maxPort]: "25000",
    },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  const log = collect(child.stderr!);
  try {
    const ended = once(child, "exit");
    const client = await Promise.race([connect(child), failed(child)]);
    await client.ping();
    await Promise.all([client.shutdown({ timeoutMs }), ended]);
    client.close();
    return { cache: await readFile(cache), warnings: [] };
  } catch (error) {
    child.kill("SIGKILL");
    const reason = `${(error as Error).message}\n${log()}`.trim();
    return {
      cache: undefined,
      warnings: [`built without a code cache, because the plugin could not be started: ${reason}`],
    };
  }
}

/** Connects to the address of the plugin's handshake line. */
async function connect(child: ChildProcess): Promise<PluginClient> {
  const [line] = (await once(createInterface(child.stdout!), "line")) as [string];
  const { network, address, protocol } = parseHandshake(line, { versions, protocols: ["grpc", "netrpc"] });
  const { connectPlugin } = await loadClient(protocol);
  const signal = AbortSignal.timeout(timeoutMs);
  return connectPlugin({ protocol, services: {} }, () => dial({ network, address }, signal), { logger: silentLogger });
}

async function failed(child: ChildProcess): Promise<never> {
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  throw new Error(`it ended with ${signal ?? `exit code ${code}`}`);
}

/** The text of a stream so far. */
function collect(stream: Readable): () => string {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}
