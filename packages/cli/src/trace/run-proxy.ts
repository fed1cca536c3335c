import { PluginProxy, type ProxyOptions } from "@go-plugin/proxy";
import type { TraceOutput } from "./output.js";

const forwarded = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** Stands in for the real plugin in this process, until it ends, and ends as it did. */
export async function runProxy(options: ProxyOptions, output: TraceOutput): Promise<never> {
  const proxy = await PluginProxy.start({ ...options, ...(output.onBytes && { onBytes: output.onBytes }) });
  for (const signal of forwarded) process.on(signal, () => proxy.kill(signal));
  // A plugin whose host is gone notices when it writes.
  process.stdout.on("error", () => proxy.stdout.destroy());
  process.stderr.on("error", () => proxy.stderr.destroy());
  proxy.stdout.pipe(process.stdout, { end: false });
  proxy.stderr.pipe(process.stderr, { end: false });
  for await (const event of proxy) output.write(event);
  const { code, signal } = await proxy.exited;
  output.end();
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  if (signal === null) process.exit(code ?? 0);
  for (const one of forwarded) process.removeAllListeners(one);
  process.kill(process.pid, signal);
  // The signal ends this process; nothing is to happen before.
  return new Promise<never>(() => {});
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else stream.write("", () => resolve());
  });
}
