import * as gob from "@go-plugin/gob";

const basics = {
  bool: gob.bool,
  int: gob.bigint(gob.int),
  int8: gob.int8,
  int16: gob.int16,
  int32: gob.int32,
  int64: gob.int64,
  uint: gob.bigint(gob.uint),
  uint8: gob.uint8,
  uint16: gob.uint16,
  uint32: gob.uint32,
  uint64: gob.uint64,
  uintptr: gob.uintptr,
  float32: gob.float32,
  float64: gob.float64,
  complex64: gob.complex64,
  complex128: gob.complex128,
  string: gob.string,
  bytes: gob.bytes,
  any: gob.interface({ typed: true }),
  time: gob.goTime,
  bigInt: gob.bigInt,
};

export type Basic = keyof typeof basics;

/** A Go type, from which both its Go form and its schema are made. */
export type Description =
  | Basic
  | { readonly kind: "slice"; readonly elem: Description }
  | { readonly kind: "array"; readonly elem: Description; readonly length: number }
  | { readonly kind: "map"; readonly key: Description; readonly elem: Description }
  | { readonly kind: "ptr"; readonly elem: Description }
  | Struct
  | Named;

export interface Struct {
  readonly kind: "struct";
  readonly fields: readonly FieldDescription[];
}

export interface FieldDescription {
  readonly name: string;
  readonly type: Description;
  /** An embedded field in Go. */
  readonly embedded?: boolean;
}

/** A named type. Its definition may refer to it. */
export interface Named {
  readonly kind: "named";
  readonly name: string;
  readonly definition: () => Description;
}

/** The definition of a named type. */
export function underlying(type: Description): Exclude<Description, Named> {
  let found = type;
  while (typeof found === "object" && found.kind === "named") found = found.definition();
  return found as Exclude<Description, Named>;
}

const schemas = new WeakMap<object, gob.AnyType>();

/** The schema of a type. */
export function schemaOf(type: Description): gob.AnyType {
  if (typeof type === "string") return basics[type];
  let schema = schemas.get(type);
  if (schema === undefined) {
    schema = makeSchema(type);
    schemas.set(type, schema);
  }
  return schema;
}

function makeSchema(type: Exclude<Description, Basic>): gob.AnyType {
  switch (type.kind) {
    case "slice":
      return gob.slice<gob.AnyType>(schemaOf(type.elem));
    case "array":
      return gob.array(schemaOf(type.elem), type.length);
    case "map":
      return underlying(type.key) === "string"
        ? gob.record(schemaOf(type.elem))
        : gob.map(schemaOf(type.key), schemaOf(type.elem));
    case "ptr":
      return gob.ptr(schemaOf(type.elem));
    case "named": {
      const definition = type.definition();
      if (typeof definition === "object" && definition.kind === "struct") return structSchema(type.name, definition);
      return gob.lazy(() => schemaOf(definition));
    }
    case "struct":
      return structSchema("", type);
  }
}

function structSchema(name: string, { fields }: Struct): gob.AnyType {
  const shape = {};
  for (const { name, type } of fields)
    Object.defineProperty(shape, name, { enumerable: true, get: () => schemaOf(type) });
  return gob.struct(name, shape);
}

/** The description from which gob-driver makes a reflect.Type. */
export function forDriver(type: Description): unknown {
  if (typeof type === "string") return type;
  switch (type.kind) {
    case "named":
      return { kind: "named", name: type.name };
    case "struct":
      return { kind: "struct", fields: type.fields.map(({ name, type }) => ({ name, type: forDriver(type) })) };
    case "map":
      return { kind: "map", key: forDriver(type.key), elem: forDriver(type.elem) };
    default:
      return { ...type, elem: forDriver(type.elem) };
  }
}

const goNames: Partial<Record<Basic, string>> = { bytes: "[]byte", time: "time.Time", bigInt: "big.Int" };

/** Go source of a type. */
export function goSource(type: Description): string {
  if (typeof type === "string") return goNames[type] ?? type;
  switch (type.kind) {
    case "slice":
      return `[]${goSource(type.elem)}`;
    case "array":
      return `[${type.length}]${goSource(type.elem)}`;
    case "map":
      return `map[${goSource(type.key)}]${goSource(type.elem)}`;
    case "ptr":
      return `*${goSource(type.elem)}`;
    case "named":
      return type.name;
    case "struct":
      return `struct {\n${type.fields
        .map(({ name, type, embedded }) => `\t${embedded ? "" : `${name} `}${goSource(type)}\n`)
        .join("")}}`;
  }
}
