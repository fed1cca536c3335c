/** Output counts as at rest when nothing has come for this long. */
const restMs = 5;
/** A plugin that prints without end is not waited for any longer. */
const maxWaitMs = 250;

/**
 * Follows a plugin's output as it arrives. A plugin in Go cuts it off when it is asked to end, so the host lets it come to
 * rest before it asks.
 */
export class OutputProgress {
  #chunks = 0;
  #writing = 0;

  /** Counts a chunk, and waits until its destination has taken it. */
  async take(written: Promise<void> | undefined): Promise<void> {
    this.#chunks++;
    if (!written) return;
    this.#writing++;
    await written;
    this.#writing--;
  }

  /** Resolves when nothing more arrives of what the plugin has printed so far, within a quarter of a second. */
  async rest(): Promise<void> {
    // A plugin that prints nothing costs a millisecond.
    let seen = this.#chunks;
    await new Promise((resolve) => setTimeout(resolve, 1));
    for (let waited = 0; waited < maxWaitMs && (this.#writing > 0 || seen !== this.#chunks); waited += restMs) {
      seen = this.#chunks;
      await new Promise((resolve) => setTimeout(resolve, restMs));
    }
  }
}
