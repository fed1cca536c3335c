/** The peer's frames on a stream that we have reset stay in flight for a while, so many streams are remembered. */
const remembered = 1000;

/** The streams that this side has reset most recently. */
export class RecentResets {
  readonly #ids = new Set<number>();

  add(streamId: number): void {
    this.#ids.add(streamId);
    if (this.#ids.size <= remembered) return;
    for (const oldest of this.#ids) {
      this.#ids.delete(oldest);
      return;
    }
  }

  has(streamId: number): boolean {
    return this.#ids.has(streamId);
  }
}
