/** What its user closes, or else its owner. */
export class OpenResources {
  readonly #open = new Set<{ close(): Promise<void> }>();

  /** Makes `close` idempotent, and calls it at the latest when all are closed. */
  add<T extends { close(): Promise<void> }>(resource: T): T & AsyncDisposable {
    const close = async () => {
      if (this.#open.delete(owned)) await resource.close();
    };
    const owned = { ...resource, close, [Symbol.asyncDispose]: close };
    this.#open.add(owned);
    return owned;
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open].map((owned) => owned.close()));
  }
}
