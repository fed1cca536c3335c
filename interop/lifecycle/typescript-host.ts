import { createHash } from "node:crypto";
import { Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { createLogger, launch, PluginError, StatusError } from "@go-plugin/host";
import { kvPlugins } from "../../examples/kv/src/shared.js";
import type { LogEntry, Output, Result, RunHost } from "./run-pairs.js";

/** The twin of interop/programs/go-host. */
export const runTypeScriptHost: RunHost = async ({ versions = [1], steps }, [command, ...args], env) => {
  const stdout = new Digest();
  const stderr = new Digest();
  const raw: Buffer[] = [];
  const log: LogEntry[] = [];
  const definition = {
    ...kvPlugins,
    versions: Object.fromEntries(versions.map((version) => [version, kvPlugins.versions[1]])),
  };
  const report = (results: Result[], exit?: { code: number | null; signal: string | null }) => ({
    results,
    exited: exit !== undefined,
    exitCode: exit?.code ?? -1,
    ...(exit?.signal && { signal: signalNames[exit.signal] }),
    stdout: stdout.output(),
    stderr: stderr.output(),
    raw: Buffer.concat(raw).toString(),
    log,
  });
  const start = () =>
    launch(definition, {
      command: command!,
      args,
      env,
      stdout,
      stderr,
      rawStderr: new Writable({
        write(data: Buffer, _, done) {
          raw.push(data);
          done();
        },
      }),
      logger: createLogger((level, message, fields) => log.push({ "@level": level, "@message": message, ...fields })),
    });
  let plugin: Awaited<ReturnType<typeof start>>;
  try {
    plugin = await start();
  } catch (error) {
    return report([{ step: "start", error: describe(error) }]);
  }
  const kv = await plugin.dispense("kv_grpc");
  const get = async (key: string) => Buffer.from((await kv.get({ key })).value).toString();
  const take: Readonly<Record<string, (argument: string) => unknown>> = {
    get,
    "start-get": (key) => void get(key).catch(() => {}),
    ping: () => plugin.ping(),
    version: () => String(plugin.version),
    signal: (name) => void process.kill(plugin.pid, name),
    "wait-exit": () => plugin.exited.then(() => {}),
    "wait-stdout": (bytes) => until(() => stdout.bytes >= Number(bytes)),
    "wait-stderr": (bytes) => until(() => stderr.bytes >= Number(bytes)),
    "wait-log": (text) => until(() => log.some((entry) => String(entry["@message"]).includes(text))),
    kill: () => plugin.close(),
  };
  const results: Result[] = [];
  for (const step of steps) {
    const [, name, argument] = /^(\S+) ?(.*)$/.exec(step)!;
    try {
      const value = (await take[name!]!(argument!)) as string | undefined;
      results.push({ step, ...(value && { value }) });
    } catch (error) {
      results.push({ step, error: describe(error) });
    }
  }
  await plugin.close();
  return report(results, await plugin.exited);
};

const signalNames: Readonly<Record<string, string>> = { SIGKILL: "killed", SIGTERM: "terminated" };

/** An error as the Go host prints it: the call's status code, and the text. */
function describe(error: unknown): string {
  if (error instanceof StatusError) return `${error.code}: ${error.details}`;
  // A Go host keeps calling a plugin that is gone, and gets UNAVAILABLE each time.
  if (error instanceof PluginError && error.code === "ERR_PLUGIN_CLOSED") return `14: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** A digest of the plugin's output, which can be large. */
class Digest extends Writable {
  bytes = 0;
  readonly #hash = createHash("sha256");
  #start = Buffer.alloc(0);

  override _write(data: Buffer, _: string, done: () => void): void {
    this.bytes += data.length;
    this.#hash.update(data);
    if (this.#start.length < 1024) this.#start = Buffer.concat([this.#start, data]).subarray(0, 1024);
    done();
  }

  output(): Output {
    return { bytes: this.bytes, sha256: this.#hash.digest("hex"), start: this.#start.toString() };
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 30_000; !condition(); await delay(5)) {
    if (performance.now() > deadline) throw new Error("nothing happened within 30 s");
  }
}
