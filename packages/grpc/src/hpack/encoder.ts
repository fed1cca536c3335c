import { BlockWriter } from "./block-writer.js";
import { defaultTableBytes, fieldBytes } from "./dynamic-table.js";
import { EncoderTable } from "./encoder-table.js";
import { type FieldName, fieldNames } from "./field-names.js";
import { staticFields, staticTable } from "./static-table.js";

/**
 * Encodes the header blocks of one connection, in the order in which they are sent. It does not use Huffman coding:
 * between processes on one machine, bytes cost less than the work.
 */
export class HpackEncoder {
  readonly #statics = staticTable();
  readonly #names = fieldNames();
  readonly #table = new EncoderTable();
  readonly #writer = new BlockWriter();
  #maxTableBytes = defaultTableBytes;
  /** The smallest of the sizes since the last block. */
  #minTableBytes = defaultTableBytes;

  /**
   * Applies the peer's SETTINGS_HEADER_TABLE_SIZE, of which at most 4096 bytes are used. The next block announces it.
   */
  setMaxTableBytes(bytes: number): void {
    this.#maxTableBytes = Math.min(bytes, defaultTableBytes);
    this.#minTableBytes = Math.min(this.#minTableBytes, this.#maxTableBytes);
  }

  /**
   * Encodes one header block: a view that is valid until the next call. A list stands for several fields of one name.
   * Names must be lower case and values latin1.
   */
  encode(headers: Record<string, string | number | readonly string[]>): Buffer {
    this.#writer.open();
    this.#updateTableSize();
    for (const name of Object.keys(headers)) {
      const value = headers[name]!;
      if (typeof value === "string") this.#field(name, value);
      else if (typeof value === "number") this.#field(name, String(value));
      else for (const item of value) this.#field(name, item);
    }
    return this.#writer.close();
  }

  #updateTableSize(): void {
    const table = this.#table;
    const maxTableBytes = this.#maxTableBytes;
    const minTableBytes = this.#minTableBytes;
    // The peer evicts at the smallest size, so the table must shrink even if it grows again. It shrinks to nothing
    // because Go's decoder accepts a second update only while the table is empty.
    if (minTableBytes < table.maxBytes && minTableBytes < maxTableBytes) this.#resizeTable(0);
    if (maxTableBytes !== table.maxBytes) this.#resizeTable(maxTableBytes);
    this.#minTableBytes = maxTableBytes;
  }

  #resizeTable(bytes: number): void {
    this.#table.resize(bytes);
    this.#writer.reserve(0);
    this.#writer.integer(0x20, 0x1f, bytes);
  }

  #field(name: string, value: string): void {
    const table = this.#table;
    const writer = this.#writer;
    writer.reserve(name.length + value.length);
    const known = this.#names.get(name);
    if (known === undefined) {
      this.#literal(0, 0x0f, 0, name, value);
      return;
    }
    const { dynamic, index, secret } = known;
    const age = dynamic >= 0 ? table.age(dynamic, value) : -1;
    if (age >= 0) {
      writer.integer(0x80, 0x7f, staticFields + 1 + age);
      return;
    }
    const fieldIndex = this.#staticIndex(known, value);
    if (fieldIndex > 0) {
      writer.integer(0x80, 0x7f, fieldIndex);
    } else if (secret) {
      this.#literal(0x10, 0x0f, index, name, value);
    } else if (dynamic >= 0 && fieldBytes(name, value) <= table.maxBytes / 4) {
      // A larger field would evict too many fields that are repeated more often.
      this.#literal(0x40, 0x3f, index, name, value);
      table.add(dynamic, value);
    } else {
      this.#literal(0, 0x0f, index, name, value);
    }
  }

  /** The index of a field that is entirely in the static table, or 0. */
  #staticIndex({ index, fields }: FieldName, value: string): number {
    for (let next = index; next < index + fields; next++) if (this.#statics[next * 2 - 1] === value) return next;
    return 0;
  }

  #literal(pattern: number, mask: number, nameIndex: number, name: string, value: string): void {
    const writer = this.#writer;
    writer.integer(pattern, mask, nameIndex);
    if (nameIndex === 0) writer.string(name);
    writer.string(value);
  }
}
