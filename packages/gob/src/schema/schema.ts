/**
 * A Go type as a value. Decoding returns `Out`, encoding accepts `In`.
 * `gob.struct`, `gob.int`, `gob.slice` and others make one; {@link Infer} gives the TypeScript type.
 */
export interface Type<Out, In = Out> {
  readonly kind: Node["kind"];
  /** Carries `Out` in the type system. Does not exist at run time. */
  readonly "~out": Out;
  /** Carries `In` in the type system. Does not exist at run time. */
  readonly "~in": (value: In) => void;
}

/**
 * The TypeScript type that schema `T` decodes to.
 *
 * @example
 * ```ts
 * import { gob } from "@go-plugin/gob";
 *
 * const Point = gob.struct("Point", { X: gob.int, Y: gob.int });
 * type Point = gob.Infer<typeof Point>; // { X: number; Y: number }
 * ```
 */
export type Infer<T> = T extends { readonly "~out": infer Out } ? Out : never;

/**
 * The TypeScript type that schema `T` encodes: fields may be left out, and any integer may be a bigint.
 *
 * @example
 * ```ts
 * import { gob } from "@go-plugin/gob";
 *
 * const Point = gob.struct("Point", { X: gob.int, Y: gob.int });
 * const origin: gob.Input<typeof Point> = {};
 * ```
 */
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
export interface StringNode {
  readonly kind: "string";
  /** Bytes that are not UTF-8 are refused, kept as they are, or replaced by U+FFFD. */
  readonly form: "strict" | "bytes" | "lossy";
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
  /** An object keyed by strings, instead of a Map. */
  readonly record: boolean;
}
export interface Field {
  /** The property in JavaScript. */
  readonly key: string;
  /** The field in Go. */
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
/** Translates a Go type that encodes itself. */
export interface Codec<T, In = T> {
  /** The name of the Go type, without its package. */
  readonly name: string;
  /** Returns the bytes that Go's GobEncode, MarshalBinary or MarshalText would. An error fails the value. */
  encode(value: In): Uint8Array;
  /** Returns the value of such bytes. An error fails the value. */
  decode(bytes: Uint8Array): T;
  /** Returns the value of a field that was not sent. */
  zero(): T;
  /** Tells whether a field with this value is left out. @default never, which every receiver accepts. */
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

/** A schema at run time. */
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

/** A node that exists on the wire, which pointers and lazy references do not. */
export type BaseNode = Exclude<Node, PtrNode | LazyNode>;

/** A schema as the caller sees it, or as this package does. */
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
