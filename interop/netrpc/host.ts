import { Writable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { createLogger, type LaunchOptions, launch, type Plugin } from "@go-plugin/host";
import { addData, type Digest } from "./data.js";
import { type CallerClient, hostPlugins, type Progress } from "./shared.js";
import { Side } from "./side.js";

/** The host of a scenario: its side of the broker, and the plugin. */
export interface Host {
  readonly side: Side;
  readonly caller: CallerClient;
  readonly plugin: Plugin<(typeof hostPlugins)["versions"]>;
  /** Bytes to transfer. */
  readonly bytes: number;
  /** The plugin's output. */
  readonly printed: Readonly<Record<"stdout" | "stderr", Digest>>;
  /** The plugin's log entries. */
  log(): string;
  /** Polls the plugin until its progress meets the condition. */
  reached(condition: (now: Progress) => boolean): Promise<void>;
  /** The end of a call that no scenario waits for. */
  inFlight?: Promise<{ kind: string }>;
}

/** The end of a plugin, in the words of Go's host. */
export interface End {
  readonly exited: boolean;
  readonly forced: boolean;
  readonly inFlight?: { readonly kind: string };
}

/** Starts a plugin, runs `use` on it, and ends it. */
export async function withHost(
  options: LaunchOptions,
  bytes: number,
  use: (host: Host) => Promise<unknown>,
): Promise<End> {
  const printed = { stdout: { Bytes: 0, Crc: 0 }, stderr: { Bytes: 0, Crc: 0 } };
  const digesting = (channel: keyof typeof printed) =>
    new Writable({
      write(data: Buffer, _, done) {
        printed[channel] = addData(printed[channel], data);
        done();
      },
    });
  const log: string[] = [];
  const plugin = await launch(hostPlugins, {
    logger: createLogger((_, message) => log.push(message)),
    stdout: digesting("stdout"),
    stderr: digesting("stderr"),
    ...options,
  });
  let ended = false;
  plugin.exited.then(() => {
    ended = true;
  });
  let host: Host | undefined;
  let gone = false;
  try {
    const caller = await plugin.dispense("caller");
    host = {
      side: new Side("host", plugin.broker),
      caller,
      plugin,
      bytes,
      printed,
      log: () => log.join("\n"),
      async reached(condition) {
        while (!condition(await caller.progress({}))) await setImmediate();
      },
    };
    await use(host);
    gone = ended;
  } finally {
    await plugin.close();
  }
  const { signal } = await plugin.exited;
  const inFlight = await host.inFlight;
  // A Go host also calls it forced if the plugin had exited before.
  return { exited: true, forced: gone || signal !== null, ...(inFlight && { inFlight }) };
}
