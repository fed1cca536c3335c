import { Duplex } from "node:stream";

/** One end of an in-process connection that delivers within `write`, as `stream.duplexPair` does. */
class SynchronousEnd extends Duplex {
  other!: SynchronousEnd;
  #readable: (() => void) | undefined;

  override _read(): void {
    const readable = this.#readable;
    this.#readable = undefined;
    readable?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    if (this.other.push(chunk)) callback();
    else this.other.#readable = callback;
  }

  override _final(callback: () => void): void {
    this.other.push(null);
    callback();
  }
}

/** Two ends of such a connection. */
export function synchronousPair(): [Duplex, Duplex] {
  const near = new SynchronousEnd();
  const far = new SynchronousEnd();
  near.other = far;
  far.other = near;
  return [near, far];
}
