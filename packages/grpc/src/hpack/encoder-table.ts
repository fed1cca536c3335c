import { DynamicTable } from "./dynamic-table.js";
import { dynamicNames, fieldNames } from "./field-names.js";

/** A dynamic table that can be searched. It holds each field once. */
export class EncoderTable extends DynamicTable {
  /** By name (`FieldName.dynamic`) and value: the number of the field. */
  readonly #numbers = dynamicNames.map(() => new Map<string, number>());

  /** The number of fields inserted after this one, or -1 if it is not in the table. */
  age(dynamicName: number, value: string): number {
    const number = this.#numbers[dynamicName]!.get(value);
    return number === undefined ? -1 : this.inserted - 1 - number;
  }

  /** Inserts a field that is not in the table and not larger than the table. */
  add(dynamicName: number, value: string): void {
    this.insert(dynamicNames[dynamicName]!, value);
    this.#numbers[dynamicName]!.set(value, this.inserted - 1);
  }

  protected override evicted(name: string, value: string): void {
    this.#numbers[fieldNames().get(name)!.dynamic]!.delete(value);
  }
}
