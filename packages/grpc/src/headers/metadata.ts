import type { BinaryBudget } from "./binary-budget.js";
import type { HeaderRecord } from "./header-list.js";

/** Text, or bytes for a key that ends in `-bin`. */
export type MetadataValue = string | Uint8Array;

/** The value of a key: bytes for a key that is written out and ends in `-bin`, text for any other. */
export type MetadataValueOf<K extends string> = string extends K
  ? MetadataValue
  : Lowercase<K> extends `${string}-bin`
    ? Uint8Array
    : string;

/**
 * Request headers, response headers or trailers of a call. Go: metadata.MD. Keys are case-insensitive; a key may have
 * several values; values of keys that end in `-bin` are bytes. Keys that gRPC itself uses are not sent.
 */
export class Metadata {
  readonly #entries = new Map<string, MetadataValue[]>();

  /** @throws {TypeError} for a key or a value that HTTP/2 cannot carry. */
  constructor(init?: Readonly<Record<string, MetadataValue | readonly MetadataValue[]>>) {
    if (init === undefined) return;
    for (const [key, values] of Object.entries(init)) {
      for (const value of Array.isArray(values) ? values : [values]) this.append(key, value);
    }
  }

  /** The number of keys. */
  get size(): number {
    return this.#entries.size;
  }

  /** The first value of a key. */
  get<K extends string>(key: K): MetadataValueOf<K> | undefined {
    return this.#entries.get(key.toLowerCase())?.[0] as MetadataValueOf<K> | undefined;
  }

  /** All values of a key; empty if there are none. */
  getAll<K extends string>(key: K): MetadataValueOf<K>[] {
    return [...(this.#entries.get(key.toLowerCase()) ?? [])] as MetadataValueOf<K>[];
  }

  has(key: string): boolean {
    return this.#entries.has(key.toLowerCase());
  }

  /** Replaces all values of a key by one. @throws {TypeError} for a key or a value that HTTP/2 cannot carry. */
  set(key: string, value: MetadataValue): this {
    const name = validateKey(key);
    this.#entries.set(name, [validateValue(name, value)]);
    return this;
  }

  /** Adds a value to those of a key. @throws {TypeError} for a key or a value that HTTP/2 cannot carry. */
  append(key: string, value: MetadataValue): this {
    const name = validateKey(key);
    this.#push(name, validateValue(name, value));
    return this;
  }

  delete(key: string): boolean {
    return this.#entries.delete(key.toLowerCase());
  }

  /** Every value with its key: a key with two values comes twice. */
  *entries(): IterableIterator<[key: string, value: MetadataValue]> {
    for (const [key, values] of this.#entries) {
      for (const value of values) yield [key, value];
    }
  }

  [Symbol.iterator](): IterableIterator<[key: string, value: MetadataValue]> {
    return this.entries();
  }

  /** A copy that shares nothing but the bytes of `-bin` values. */
  clone(): Metadata {
    return copyOf(this);
  }

  /** Appends every value of another one. */
  merge(other: Metadata): this {
    for (const [key, value] of other.entries()) this.#push(key, value);
    return this;
  }

  #push(name: string, value: MetadataValue): void {
    const values = this.#entries.get(name);
    if (values === undefined) this.#entries.set(name, [value]);
    else values.push(value);
  }

  /** Adds what is sent to a header record. @internal */
  writeTo(headers: HeaderRecord): void {
    for (const [key, values] of this.#entries) {
      if (isReserved(key)) continue;
      const texts = values.map((value) => (typeof value === "string" ? value : encodeBinary(value)));
      headers[key] = texts.length === 1 || singleValueHeaders.has(key) ? texts.join(", ") : texts;
    }
  }

  /**
   * Adds one received header field.
   * @throws {TypeError} if a `-bin` value is not base64, or there are more of them than the budget allows.
   * @internal
   */
  receive(name: string, value: string, budget: BinaryBudget): void {
    if (isReserved(name) || connectionHeaders.has(name)) return;
    if (!name.endsWith("-bin")) {
      this.#push(name, value);
      return;
    }
    for (let from = 0; from <= value.length; ) {
      const comma = value.indexOf(",", from);
      const to = comma < 0 ? value.length : comma;
      budget.spend(name);
      this.#push(name, decodeBinary(name, value.slice(from, to).trim()));
      from = to + 1;
    }
  }
}

// Outside the class: the bundler would name a class that refers to itself `_Metadata`, and it would be printed so.
function copyOf(metadata: Metadata): Metadata {
  return new Metadata().merge(metadata);
}

/** Returns true for a header that gRPC or HTTP/2 itself uses. Go: isReservedHeader. */
function isReserved(name: string): boolean {
  switch (name) {
    case "content-type":
    case "te":
    case "grpc-message-type":
    case "grpc-encoding":
    case "grpc-accept-encoding":
    case "grpc-message":
    case "grpc-status":
    case "grpc-timeout":
      return true;
    default:
      return name.charCodeAt(0) === 0x3a; // ":"
  }
}

// RFC 9113 §8.2.2: connection-specific fields, which make the stream malformed.
const connectionHeaders = new Set([
  "connection",
  "http2-settings",
  "proxy-connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "host",
  "content-length",
]);

// Headers that must not be repeated: peers on node:http2, such as grpc-js, would keep only the first.
const singleValueHeaders = new Set(
  (
    "access-control-allow-credentials access-control-max-age access-control-request-method age authorization " +
    "content-encoding content-language content-location content-md5 content-range date dnt etag expires from if-match " +
    "if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards " +
    "proxy-authorization range referer retry-after tk upgrade-insecure-requests user-agent x-content-type-options"
  ).split(" "),
);

function validateKey(key: string): string {
  const name = key.toLowerCase();
  if (!/^[0-9a-z_.-]+$/.test(name)) {
    throw new TypeError(`metadata key ${JSON.stringify(key)}: expected letters, digits, "_", "-" and "." only`);
  }
  if (connectionHeaders.has(name)) {
    throw new TypeError(`metadata key ${JSON.stringify(key)}: HTTP/2 does not carry this header`);
  }
  return name;
}

function validateValue(name: string, value: MetadataValue): MetadataValue {
  if (name.endsWith("-bin")) {
    if (value instanceof Uint8Array) return value;
    throw new TypeError(`metadata ${name}: expected bytes (Uint8Array) because the key ends in "-bin"`);
  }
  if (typeof value !== "string") {
    throw new TypeError(`metadata ${name}: expected a string; the key of bytes has to end in "-bin"`);
  }
  if (!/^[\x20-\x7e]*$/.test(value)) {
    throw new TypeError(`metadata ${name}: expected printable ASCII; other text goes into a key that ends in "-bin"`);
  }
  return value;
}

function encodeBinary(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64").replace(/=+$/, "");
}

function decodeBinary(name: string, text: string): Uint8Array {
  const digits = text.replace(/={1,2}$/, "");
  const padded = digits.length !== text.length;
  if (!/^[A-Za-z0-9+/]*$/.test(digits) || digits.length % 4 === 1 || (padded && text.length % 4 !== 0)) {
    throw new TypeError(`malformed binary metadata ${JSON.stringify(text)} in header ${JSON.stringify(name)}`);
  }
  return Buffer.from(digits, "base64");
}
