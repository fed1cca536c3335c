import {
  type Basic,
  type Description,
  type FieldDescription,
  type Named,
  type Struct,
  underlying,
} from "./descriptions.js";
import type { Random } from "./random.js";
import { floatBits, type Json, type Registered } from "./values.js";

const comparable: readonly Basic[] = [
  "bool",
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
  "string",
  "string",
  "string",
];

const scalars: readonly Basic[] = [...comparable, "bytes", "bytes", "time", "any", "any"];

const fieldNames = [
  "A",
  "B",
  "C",
  "Name",
  "ID",
  "Value",
  "Küche",
  "Ärger",
  "X1",
  "Y_2",
  "URL",
  "Next",
  "Constructor",
  "ToString",
];

/** A random type, which may contain the `named` ones. */
export function randomType(random: Random, depth: number, named: readonly Named[] = []): Description {
  if (depth === 0 || random.chance(0.25)) return random.pick(scalars);
  const inside = () => randomType(random, depth - 1, named);
  switch (random.below(named.length > 0 ? 9 : 7)) {
    case 0: {
      const elem = inside();
      // gob has a type of its own for a slice of bytes.
      return underlying(elem) === "uint8" ? "bytes" : { kind: "slice", elem };
    }
    case 1:
      return { kind: "array", elem: inside(), length: random.below(4) };
    case 2:
      return { kind: "map", key: randomKey(random, depth - 1), elem: inside() };
    case 3:
      return { kind: "ptr", elem: random.chance(0.1) ? "bigInt" : inside() };
    case 4:
    case 5:
    case 6:
      return randomStruct(random, inside);
    default:
      // Behind a pointer, so that a type never contains itself.
      return random.chance(0.5)
        ? { kind: "ptr", elem: random.pick(named) }
        : { kind: "slice", elem: { kind: "ptr", elem: random.pick(named) } };
  }
}

function randomKey(random: Random, depth: number): Description {
  if (depth <= 0 || random.chance(0.7)) return random.pick(comparable);
  if (random.chance(0.5)) return { kind: "array", elem: randomKey(random, depth - 1), length: random.below(3) };
  return randomStruct(random, () => randomKey(random, depth - 1));
}

export function randomStruct(random: Random, inside: () => Description): Struct {
  const names = new Set<string>();
  const count = random.chance(0.05) ? 0 : 1 + random.below(6);
  while (names.size < count) names.add(random.pick(fieldNames));
  return { kind: "struct", fields: [...names].map((name) => ({ name, type: inside() })) };
}

/**
 * The position of a value. gob can omit any field, but cannot send a nil pointer as an element. The target of a pointer is
 * not nil itself, since null would then mean the pointer.
 */
type Place = "field" | "element" | "behind a pointer";

/** A random value. */
export function randomValue(
  random: Random,
  type: Description,
  registered: Registered,
  depth = 6,
  place: Place = "element",
): Json {
  const of = underlying(type);
  const inside = (elem: Description) => randomValue(random, elem, registered, depth - 1);
  if (typeof of === "string") return randomScalar(random, of, registered, depth, place);
  const count = depth <= 0 ? 0 : random.below(4);
  switch (of.kind) {
    case "slice":
      if (place !== "behind a pointer" && random.chance(0.1)) return null;
      return Array.from({ length: count }, () => inside(of.elem));
    case "array":
      return Array.from({ length: of.length }, () => inside(of.elem));
    case "map": {
      if (place !== "behind a pointer" && random.chance(0.1)) return null;
      const entries = new Map<string, Json>();
      for (let index = 0; index < count; index++) {
        const key = comparableKey(inside(of.key));
        entries.set(JSON.stringify(key), [key, inside(of.elem)]);
      }
      return [...entries.values()];
    }
    case "ptr":
      if (place === "field" && (depth <= 0 || random.chance(0.3))) return null;
      return randomValue(random, of.elem, registered, depth - 1, "behind a pointer");
    case "struct":
      return of.fields.map((field) => randomValue(random, field.type, registered, depth - 1, "field"));
  }
}

/** Zero and minus zero are one key in Go, and no NaN is a key that can be compared. */
function comparableKey(json: Json): Json {
  if (Array.isArray(json)) return json.map(comparableKey);
  return json === "8000000000000000" || (typeof json === "string" && /^[7f]ff[89a-f]/.test(json) && json.length === 16)
    ? "0000000000000000"
    : json;
}

function randomScalar(random: Random, type: Basic, registered: Registered, depth: number, place: Place): Json {
  switch (type) {
    case "bool":
      return random.chance(0.5);
    case "int8":
    case "int16":
    case "int32":
      return String(randomSigned(random, Number(type.slice(3))));
    case "int":
    case "int64":
      return String(randomSigned(random, 64));
    case "uint8":
    case "uint16":
    case "uint32":
      return String(randomUnsigned(random, Number(type.slice(4))));
    case "uint":
    case "uint64":
    case "uintptr":
      return String(randomUnsigned(random, 64));
    case "bigInt":
      return String((random.chance(0.5) ? 1n : -1n) * random.bits(random.below(200)));
    case "float32":
      return floatBits(Math.fround(randomFloat(random, 1e38)));
    case "float64":
      return floatBits(randomFloat(random, 1e308));
    case "complex64":
      return [floatBits(Math.fround(randomFloat(random, 1e38))), floatBits(Math.fround(randomFloat(random, 1e38)))];
    case "complex128":
      return [floatBits(randomFloat(random, 1e308)), floatBits(randomFloat(random, 1e308))];
    case "string":
      return Buffer.from(randomString(random)).toString("base64");
    case "bytes":
      return Buffer.from(
        Array.from({ length: random.below(random.chance(0.1) ? 300 : 8) }, () => random.below(256)),
      ).toString("base64");
    case "time":
      return randomTime(random);
    case "any": {
      if (place !== "behind a pointer" && (depth <= 0 || random.chance(0.2))) return null;
      const name = depth <= 0 ? "string" : random.pick([...registered.keys()]);
      return { type: name, value: randomValue(random, registered.get(name)!, registered, depth - 1) };
    }
  }
}

function randomUnsigned(random: Random, bits: number): bigint {
  return (
    random.pick([0n, 1n, 127n, 128n, (1n << BigInt(bits)) - 1n, random.bits(random.below(bits + 1))]) %
    (1n << BigInt(bits))
  );
}

function randomSigned(random: Random, bits: number): bigint {
  const edge = 1n << BigInt(bits - 1);
  return BigInt.asIntN(
    bits,
    random.pick([0n, -1n, 63n, 64n, -64n, -65n, edge - 1n, -edge, random.bits(1 + random.below(bits))]),
  );
}

function randomFloat(random: Random, large: number): number {
  return random.pick([
    0,
    -0,
    1,
    -1,
    17,
    0.1,
    random.next(),
    random.next() * large,
    5e-324,
    Infinity,
    -Infinity,
    Number.NaN,
  ]);
}

function randomString(random: Random): string {
  const length = random.below(random.chance(0.05) ? 400 : 9);
  const alphabet = random.pick(["abcdefghij", "abcäöüß", "世界🌍é\0", "__proto__"]);
  if (alphabet === "__proto__") return random.pick(["__proto__", "constructor", "toString", ""]);
  return Array.from({ length }, () => random.pick([...alphabet])).join("");
}

function randomTime(random: Random): Json {
  if (random.chance(0.2)) return { seconds: "-62135596800", nanoseconds: 0, offset: "UTC" };
  const minutes = random.below(1440) - 720;
  return {
    seconds: String(random.below(2 ** 32) - 2 ** 31),
    nanoseconds: random.below(1e9),
    // Go misreads negative offsets with seconds.
    offset: minutes === -1 || random.chance(0.3) ? "UTC" : minutes * 60 + (minutes >= 0 && random.chance(0.1) ? 17 : 0),
  };
}

/** The same type some releases later: fields are added, removed, moved and changed. */
export function evolve(random: Random, type: Description): Description {
  if (typeof type === "string") {
    if (!random.chance(0.08)) return type;
    return /^u?int/.test(type) ? random.pick(comparable.slice(1, 12)) : random.pick(scalars);
  }
  switch (type.kind) {
    case "named":
      return type;
    case "struct": {
      const fields: FieldDescription[] = [];
      for (const field of type.fields) {
        if (!random.chance(0.15)) fields.push({ ...field, type: evolve(random, field.type) });
      }
      if (random.chance(0.3)) fields.push({ name: `New${fields.length}`, type: randomType(random, 1) });
      if (random.chance(0.3)) fields.reverse();
      return { kind: "struct", fields };
    }
    case "map":
      return { kind: "map", key: evolveKey(random, type.key), elem: evolve(random, type.elem) };
    case "ptr":
      return random.chance(0.2) ? evolve(random, type.elem) : { kind: "ptr", elem: evolve(random, type.elem) };
    case "array":
      return { ...type, elem: evolve(random, type.elem), length: random.chance(0.03) ? type.length + 1 : type.length };
    case "slice": {
      const elem = evolve(random, type.elem);
      return elem === "uint8" ? type : { kind: "slice", elem };
    }
  }
}

function evolveKey(random: Random, key: Description): Description {
  return typeof key === "string" && random.chance(0.1) ? random.pick(comparable) : key;
}
