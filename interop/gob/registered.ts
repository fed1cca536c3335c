import * as gob from "@go-plugin/gob";
import { type Basic, type Description, forDriver, schemaOf } from "./descriptions.js";
import type { Driver } from "./driver.js";
import { randomStruct, randomType } from "./generate.js";
import type { Random } from "./random.js";

const basics: readonly Basic[] = [
  "bool",
  "string",
  "int",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "uintptr",
  "float32",
  "float64",
  "complex64",
  "complex128",
];

/** Some random types, registered on both sides, and those that Go registers itself. */
export class RegisteredTypes {
  readonly types = new Map<string, Description>();
  readonly registry = gob.registry();

  constructor(random: Random, count: number) {
    for (const name of basics) {
      this.#add(name, name);
      this.#add(`[]${name}`, name === "uint8" ? "bytes" : { kind: "slice", elem: name });
    }
    this.#add("time.Time", "time");
    this.#add("[]interface {}", { kind: "slice", elem: "any" });
    this.#add("map[string]interface {}", { kind: "map", key: "string", elem: "any" });
    for (let index = 0; index < count; index++) {
      const struct = randomStruct(random, () => randomType(random, 2));
      // gob allows one name per type.
      this.#add(`registered ${index}`, {
        kind: "struct",
        fields: [{ name: `Of${index}`, type: "int" }, ...struct.fields],
      });
    }
  }

  #add(name: string, type: Description): void {
    this.types.set(name, type);
    this.registry.add(name, schemaOf(type));
  }

  /** Registers the random ones with a driver. */
  async register(driver: Driver): Promise<void> {
    for (const [name, type] of this.types) {
      if (!name.startsWith("registered ")) continue;
      const { error } = await driver.ask({ op: "register", name, type: forDriver(type) });
      if (error !== undefined) throw new Error(error);
    }
  }
}
