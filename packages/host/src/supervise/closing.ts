import { listenForAbort } from "@go-plugin/proto/internal";

/** Ends something that lives for long. */
export interface Closing {
  readonly controller: AbortController;
  /** Forgets the user's signal. It happens by itself with the end. */
  release(): void;
}

/** A controller of our own, which the user's signal aborts too. */
export function closingWith(signal: AbortSignal | undefined): Closing {
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal?.reason);
  const release = () => signal?.removeEventListener("abort", onAbort);
  controller.signal.addEventListener("abort", release, { once: true });
  if (signal) listenForAbort(signal, onAbort);
  if (signal?.aborted) onAbort();
  return { controller, release };
}
