import { Decoder, needMore, unknown } from "@go-plugin/gob";

/** A value of a gob stream with its bytes, the definitions before it included. */
export interface GobValue {
  readonly value: unknown;
  readonly bytes: Buffer;
}

const maxMessageBytes = 64 << 20;

/** Decodes the values of one direction of a stream without a schema, as they come. */
export class GobValues {
  readonly #decoder = new Decoder({ maxMessageBytes });
  #unread: Buffer = Buffer.alloc(0);
  /** Messages since the last value. */
  #messages: Buffer[] = [];
  readonly #onValue: (value: GobValue) => void;

  constructor(onValue: (value: GobValue) => void) {
    this.#onValue = onValue;
  }

  /** @throws {Error} for what is no gob; of no use after. */
  push(chunk: Buffer): void {
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    for (let end = messageEnd(this.#unread); end !== undefined; end = messageEnd(this.#unread)) {
      const message = this.#unread.subarray(0, end);
      this.#unread = this.#unread.subarray(end);
      this.#messages.push(message);
      this.#decoder.push(message);
      const value = this.#decoder.decode(unknown);
      if (value === needMore) continue;
      const bytes = this.#messages.length === 1 ? this.#messages[0]! : Buffer.concat(this.#messages);
      this.#messages = [];
      this.#onValue({ value, bytes });
    }
  }
}

/** The end of the first message; undefined while it is incomplete. */
function messageEnd(bytes: Buffer): number | undefined {
  if (bytes.length === 0) return undefined;
  const first = bytes[0]!;
  if (first < 0x80) return bytes.length > first ? 1 + first : undefined;
  // The length of the length, negated.
  const count = 256 - first;
  if (count > 8) throw new Error("a gob message whose length has more than 8 bytes");
  if (bytes.length < 1 + count) return undefined;
  let length = 0;
  for (let index = 1; index <= count; index++) length = length * 256 + bytes[index]!;
  if (length > maxMessageBytes) throw new Error(`a gob message of ${length} bytes`);
  return bytes.length >= 1 + count + length ? 1 + count + length : undefined;
}
