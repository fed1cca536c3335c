/** The signals that end a plugin. Interrupts are left to the host. */
const endSignals = ["SIGTERM", "SIGHUP"] as const;

export type EndSignal = (typeof endSignals)[number];

/** Catches the signals that end a plugin, so that its socket is removed. */
export class EndSignals {
  /** Resolves with the first one. */
  readonly received: Promise<EndSignal>;
  readonly #closed: AbortSignal;
  #onSignal: (name: EndSignal) => void = () => {};

  /** @param closed aborts when the plugin has been closed. From then on signals have their usual effect on the process. */
  constructor(closed: AbortSignal) {
    this.#closed = closed;
    this.received = new Promise((resolve) => {
      this.#onSignal = resolve;
    });
  }

  /** From now on. Before, there is nothing that a plugin has to remove. */
  catch(): void {
    for (const name of endSignals) {
      const onSignal = () => this.#onSignal(name);
      process.once(name, onSignal);
      this.#closed.addEventListener("abort", () => process.off(name, onSignal), { once: true });
    }
  }
}
