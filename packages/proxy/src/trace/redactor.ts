import type { JsonValue } from "@bufbuild/protobuf";

/** Written in place of a secret. */
export const redacted = "<redacted>";

/** Names of fields that hold secrets, whatever their case and the words around them. */
const secretNames =
  /(^|[^a-z])(pass(word|wd|phrase)?|secret|token|credentials?|authorization|private[^a-z]?key|access[^a-z]?key|api[^a-z]?key|client[^a-z]?secret|session[^a-z]?id|cookie)s?($|[^a-z])/i;

/** Options that name the fields to leave out. */
export interface RedactorOptions {
  /** Names of further fields, in any case. */
  readonly names?: readonly string[];
  /**
   * Leaves out fields with names such as `password` and `api_key`.
   * @default true
   */
  readonly byName?: boolean;
}

/**
 * Leaves out the values of secret fields, at any depth.
 *
 * @example
 * ```ts
 * const redactor = new Redactor({ names: ["pin"] });
 * const shown = redactor.redact({ user: "Ada", pin: "1234" });
 * ```
 */
export class Redactor {
  readonly #names: Set<string>;
  readonly #byName: boolean;

  constructor({ names = [], byName = true }: RedactorOptions = {}) {
    this.#names = new Set(names.map((name) => name.toLowerCase()));
    this.#byName = byName;
  }

  /** Learns a name, of a field that its schema calls sensitive for instance. */
  add(name: string): void {
    if (this.#byName) this.#names.add(name.toLowerCase());
  }

  isSecret(name: string): boolean {
    if (this.#names.has(name.toLowerCase())) return true;
    // camelCase has its words apart by capital letters.
    return this.#byName && secretNames.test(name.replace(/([a-z0-9])([A-Z])/g, "$1_$2"));
  }

  /** The value without its secrets; the same one if it has none. */
  redact<T extends JsonValue>(value: T): T {
    if (Array.isArray(value)) return value.map((one) => this.redact(one)) as JsonValue as T;
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value as Record<string, JsonValue>).map(([name, one]): [string, JsonValue] => [
      name,
      // An empty value is no secret, and worth knowing. A schema's fields are descriptions.
      this.isSecret(name) && isFilled(one) ? redacted : this.redact(one),
    ]);
    return Object.fromEntries(entries) as JsonValue as T;
  }
}

function isFilled(value: JsonValue): boolean {
  return typeof value === "number" || (typeof value === "string" && value !== "") || isFilledObject(value);
}

/** `{"$unknown": true}` says that there is no value yet; objects with fields of their own are looked into. */
function isFilledObject(value: JsonValue): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && "$bytes" in value;
}
