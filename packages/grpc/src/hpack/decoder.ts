import { BlockReader } from "./block-reader.js";
import { DynamicTable, defaultTableBytes, fieldBytes } from "./dynamic-table.js";
import { HpackError } from "./hpack-error.js";
import { staticFields, staticTable } from "./static-table.js";

/**
 * Decodes the header blocks of one connection's peer, in their order.
 *
 * @example
 * ```ts
 * const decoder = new HpackDecoder(16_384);
 * try {
 *   const namesAndValues = decoder.decode(block, 0, block.length);
 * } catch (error) {
 *   if (error instanceof HpackError) socket.destroy(error);
 * }
 * ```
 */
export class HpackDecoder {
  readonly #statics = staticTable();
  // Its size is the default until the peer changes it: the peer's first blocks may precede our announcement.
  readonly #table = new DynamicTable();
  readonly #reader = new BlockReader();

  readonly #maxHeaderListBytes: number;
  readonly #maxTableBytes: number;

  /**
   * `maxHeaderListBytes` limits names + values + 32 for each field. `maxTableBytes` is the announced
   * SETTINGS_HEADER_TABLE_SIZE.
   */
  constructor(maxHeaderListBytes: number, maxTableBytes = defaultTableBytes) {
    this.#maxHeaderListBytes = maxHeaderListBytes;
    this.#maxTableBytes = maxTableBytes;
  }

  /**
   * Decodes one whole header block, bytes [start, end) of `buffer`: name, value, name, value, … in the order of
   * arrival; undefined when the list exceeds the limit.
   *
   * @throws {HpackError}, after which the decoder must not be used any more.
   */
  decode(buffer: Uint8Array, start: number, end: number): string[] | undefined {
    const reader = this.#reader;
    const statics = this.#statics;
    const table = this.#table;
    const headers: string[] = [];
    let bytesLeft = this.#maxHeaderListBytes;
    let tooLarge = false;
    reader.open(buffer, start, end);
    while (reader.more) {
      const first = reader.byte();
      let name: string;
      let value: string;
      if (first >= 0x80) {
        const index = reader.integer(first, 0x7f);
        if (index > staticFields) {
          const age = this.#age(index);
          name = table.name(age);
          value = table.value(age);
        } else {
          if (index === 0) throw new HpackError("there is no field with index 0");
          name = statics[index * 2 - 2]!;
          value = statics[index * 2 - 1]!;
        }
      } else if (first >= 0x40) {
        name = this.#name(reader.integer(first, 0x3f));
        value = reader.string();
        table.insert(name, value);
      } else if (first >= 0x20) {
        if (headers.length > 0 || tooLarge) throw new HpackError("a table size update follows a field");
        this.#resize(reader.integer(first, 0x1f));
        continue;
      } else {
        name = this.#name(reader.integer(first, 0x0f));
        value = reader.string();
      }
      bytesLeft -= fieldBytes(name, value);
      // Later fields are decoded all the same: the next block may refer to them.
      if (bytesLeft < 0) tooLarge = true;
      else headers.push(name, value);
    }
    reader.close();
    return tooLarge ? undefined : headers;
  }

  /** The name of a literal field: an indexed one, or one that follows. */
  #name(index: number): string {
    if (index === 0) return this.#reader.string();
    return index > staticFields ? this.#table.name(this.#age(index)) : this.#statics[index * 2 - 2]!;
  }

  #age(index: number): number {
    const age = index - staticFields - 1;
    if (age >= this.#table.length) {
      throw new HpackError(`there is no field with index ${index}: the dynamic table has ${this.#table.length}`);
    }
    return age;
  }

  #resize(bytes: number): void {
    if (bytes > this.#maxTableBytes) {
      throw new HpackError(`a table size of ${bytes} bytes exceeds the limit of ${this.#maxTableBytes}`);
    }
    this.#table.resize(bytes);
  }
}
