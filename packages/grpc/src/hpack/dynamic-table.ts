/** The size of a table until another one is agreed on. */
export const defaultTableBytes = 4096;

/** The size of a field in tables and in the limit of header lists. Strings are latin1: a character is a byte. */
export function fieldBytes(name: string, value: string): number {
  return name.length + value.length + 32;
}

/** A ring of the fields that earlier blocks of the connection have inserted: an insertion moves nothing. */
export class DynamicTable {
  /** Name, value, name, value, … The length is a power of two. */
  #ring: string[] = new Array<string>(16).fill("");
  #bytes = 0;
  #count = 0;
  #limit = defaultTableBytes;
  /** The number of fields ever inserted, which is also the number of the next one. */
  inserted = 0;

  get length(): number {
    return this.#count;
  }

  get maxBytes(): number {
    return this.#limit;
  }

  /** The name of the field that was inserted `age` fields before the last one; `age` is less than the length. */
  name(age: number): string {
    return this.#ring[this.#slot(this.inserted - 1 - age)]!;
  }

  value(age: number): string {
    return this.#ring[this.#slot(this.inserted - 1 - age) + 1]!;
  }

  /** Inserts a field after evicting as many as necessary. A field larger than the table empties it. */
  insert(name: string, value: string): void {
    const bytes = fieldBytes(name, value);
    this.#evict(this.#limit - bytes);
    if (bytes > this.#limit) return;
    if (this.#count * 2 === this.#ring.length) this.#grow();
    const slot = this.#slot(this.inserted++);
    this.#ring[slot] = name;
    this.#ring[slot + 1] = value;
    this.#count++;
    this.#bytes += bytes;
  }

  resize(maxBytes: number): void {
    this.#limit = maxBytes;
    this.#evict(maxBytes);
  }

  /** Called with each field that leaves the table. */
  protected evicted(_name: string, _value: string): void {}

  #slot(number: number): number {
    return (number * 2) & (this.#ring.length - 1);
  }

  #evict(maxBytes: number): void {
    while (this.#bytes > maxBytes && this.#count > 0) {
      const slot = this.#slot(this.inserted - this.#count);
      const name = this.#ring[slot]!;
      const value = this.#ring[slot + 1]!;
      // The strings may be long.
      this.#ring[slot] = "";
      this.#ring[slot + 1] = "";
      this.#count--;
      this.#bytes -= fieldBytes(name, value);
      this.evicted(name, value);
    }
  }

  #grow(): void {
    const ring = new Array<string>(this.#ring.length * 2).fill("");
    for (let number = this.inserted - this.#count; number < this.inserted; number++) {
      const from = this.#slot(number);
      const to = (number * 2) & (ring.length - 1);
      ring[to] = this.#ring[from]!;
      ring[to + 1] = this.#ring[from + 1]!;
    }
    this.#ring = ring;
  }
}
