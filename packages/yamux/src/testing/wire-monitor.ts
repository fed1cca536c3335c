import type { Duplex } from "node:stream";
import { Decoder, Flag, FrameType, initialWindowBytes } from "../index.js";

interface Half {
  window: number;
  sent: number;
  finished: boolean;
}

/**
 * Watches both directions of a connection and checks the rules in their simplest form: who may open a stream, no data
 * beyond the window, nothing after FIN or RST, one answer to each SYN. Throws on the first violation.
 */
export class WireMonitor {
  readonly #halves = new Map<string, Half>();
  readonly #seen = new Set<string>();
  readonly #reset = new Set<string>();
  violation: string | undefined;

  /** Bytes of data that this side has sent on the stream. */
  sent(side: "client" | "server", id: number): number {
    return this.#halves.get(`${side} ${id}`)?.sent ?? 0;
  }

  /** Watches the output of `from`. */
  watch(from: Duplex, side: "client" | "server"): void {
    const other = side === "client" ? "server" : "client";
    const decoder = new Decoder({
      header: (type, flags, id, length) => {
        if (type === FrameType.ping || type === FrameType.goAway) return;
        const say = (what: string) => {
          this.violation ??= `${side}: ${what} (stream ${id}, type ${type}, flags ${flags}, length ${length})`;
        };
        if (flags & Flag.syn) {
          if ((id % 2 === 1) !== (side === "client")) say("SYN of an id of the other side");
          if (this.#seen.has(`${id}`)) say("SYN twice");
          this.#seen.add(`${id}`);
          this.#halves.set(`${side} ${id}`, { window: initialWindowBytes, sent: 0, finished: false });
          this.#halves.set(`${other} ${id}`, { window: initialWindowBytes, sent: 0, finished: false });
        }
        const own = this.#halves.get(`${side} ${id}`);
        const theirs = this.#halves.get(`${other} ${id}`);
        if (!own || !theirs) return say("frame before SYN");
        if (flags & Flag.ack) {
          if ((id % 2 === 1) === (side === "client")) say("ACK of an own stream");
          if (this.#seen.has(`ack ${id}`)) say("ACK twice");
          this.#seen.add(`ack ${id}`);
        }
        if (this.#reset.has(`${side} ${id}`)) say("frame after RST");
        if (type === FrameType.data) {
          if (own.finished) say("data after FIN");
          if (length > own.window) say(`data over the window of ${own.window}`);
          own.window -= length;
          own.sent += length;
        } else theirs.window += length;
        if (flags & Flag.fin) {
          if (own.finished) say("FIN twice");
          own.finished = true;
        }
        if (flags & Flag.rst) this.#reset.add(`${side} ${id}`);
      },
      payload() {},
    });
    const write = from.write.bind(from) as (...args: unknown[]) => boolean;
    from.write = ((chunk: Uint8Array, ...rest: unknown[]) => {
      decoder.push(chunk);
      return write(chunk, ...rest);
    }) as Duplex["write"];
  }
}
