/** The peer's frames on a stream that we have reset are on their way for a while, so that many streams are remembered. */
const remembered = 1000;

/** The streams that this side has reset last. */
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
