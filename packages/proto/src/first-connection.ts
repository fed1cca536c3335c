import type { Duplex } from "node:stream";

type Listen = (onConnection: (connection: Duplex) => void, onFailed: (error: Error) => void) => { close(): void };

/** Listens for one connection and destroys every later one. @throws {Error} the signal's reason when it aborts first. */
export function firstConnection(listen: Listen, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    let listener: { close(): void } | undefined;
    let settled = false;
    const settle = (result: Duplex | Error) => {
      if (settled) {
        if (!(result instanceof Error)) result.on("error", () => {}).destroy();
        return;
      }
      settled = true;
      listener?.close();
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    signal.addEventListener("abort", () => settle(signal.reason), { once: true });
    listener = listen(settle, settle);
    if (settled) listener.close();
  });
}
