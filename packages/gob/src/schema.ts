/**
 * A Go type as a value. `Out` is what decoding gives, `In` what encoding accepts.
 * Make one with `gob.struct`, `gob.int`, `gob.slice` and their like; {@link Infer} gives the TypeScript type.
 */
export interface Type<Out, In = Out> {
  readonly kind: Node["kind"];
  /** Carries `Out` in the type system; not there at run time. */
  readonly "~out": Out;
  /** Carries `In` in the type system; not there at run time. */
  readonly "~in": (value: In) => void;
}

/** The TypeScript type of values that are decoded with schema `T`. */
export type Infer<T> = T extends { readonly "~out": infer Out } ? Out : never;

/** The TypeScript type of values that schema `T` encodes: fields may be left out, any integer may be a bigint. */
export type Input<T> = T extends { readonly "~in": (value: infer In) => void } ? In : never;

/** Any schema. */
// biome-ignore lint/suspicious/noExplicitAny: whatever it decodes as
export type AnyType = Type<any, never>;

interface BoolNode {
  readonly kind: "bool";
}
export interface IntegerNode {
  readonly kind: "int" | "uint";
  readonly name: string;
  readonly bits: 8 | 16 | 32 | 64;
  readonly as: "number" | "bigint";
}
export interface FloatNode {
  readonly kind: "float" | "complex";
  readonly name: string;
  readonly single: boolean;
}
interface BytesNode {
  readonly kind: "bytes";
}
interface StringNode {
  readonly kind: "string";
  readonly raw: boolean;
}
export interface SliceNode {
  readonly kind: "slice";
  readonly elem: AnyType;
}
export interface ArrayNode {
  readonly kind: "array";
  readonly elem: AnyType;
  readonly length: number;
}
export interface MapNode {
  readonly kind: "map";
  readonly key: AnyType;
  readonly elem: AnyType;
  /** Whether the value is an object keyed by strings instead of a Map. */
  readonly record: boolean;
}
export interface Field {
  /** Property in JavaScript. */
  readonly key: string;
  /** Field in Go. */
  readonly name: string;
  readonly type: AnyType;
}
export interface StructNode {
  readonly kind: "struct";
  readonly name: string;
  /** Read on first use, so that fields can be getters that refer to the struct itself. */
  fields(): readonly Field[];
}
interface PtrNode {
  readonly kind: "ptr";
  readonly elem: AnyType;
}
interface LazyNode {
  readonly kind: "lazy";
  target(): AnyType;
}
export interface InterfaceNode {
  readonly kind: "interface";
  readonly typed: boolean;
}
/** How a Go type that encodes itself is translated. */
export interface Codec<T, In = T> {
  /** Name of the Go type, without its package. */
  readonly name: string;
  /** The bytes that GobEncode, MarshalBinary or MarshalText return. */
  encode(value: In): Uint8Array;
  /** The value from those bytes, as GobDecode, UnmarshalBinary or UnmarshalText. What it throws fails the value. */
  decode(bytes: Uint8Array): T;
  /** What a field is when nothing was sent for it. */
  zero(): T;
  /** Whether a field of this value is left out. @default never, which every receiver accepts */
  isZero?(value: In): boolean;
}
export interface MarshalerNode {
  readonly kind: "marshaler";
  readonly format: "gob" | "binary" | "text";
  readonly codec: Codec<unknown>;
}
interface UnknownNode {
  readonly kind: "unknown";
}

/** What a schema is at run time. */
export type Node =
  | BoolNode
  | IntegerNode
  | FloatNode
  | BytesNode
  | StringNode
  | SliceNode
  | ArrayNode
  | MapNode
  | StructNode
  | PtrNode
  | LazyNode
  | InterfaceNode
  | MarshalerNode
  | UnknownNode;

/** A node after pointers and lazy references, which do not exist on the wire. */
export type BaseNode = Exclude<Node, PtrNode | LazyNode>;

/** A schema from outside, or the same as it is known inside. */
export type Schema = AnyType | Node;

export function defineType<T extends AnyType>(node: Node): T {
  return node as unknown as T;
}

const kinds: Record<Node["kind"], true> = {
  bool: true,
  int: true,
  uint: true,
  float: true,
  complex: true,
  bytes: true,
  string: true,
  slice: true,
  array: true,
  map: true,
  struct: true,
  ptr: true,
  lazy: true,
  interface: true,
  marshaler: true,
  unknown: true,
};

export function isType(value: unknown): value is AnyType {
  return typeof value === "object" && value !== null && Object.hasOwn(kinds, (value as Node).kind ?? "");
}
