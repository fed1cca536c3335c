import { GobEncodeError } from "../errors.js";
import { describe } from "../schema/describe.js";
import { resolve, resolveLazy } from "../schema/resolve.js";
import type { AnyType, BaseNode } from "../schema/schema.js";
import { definitionField, firstUserId, wireId } from "../wire/ids.js";
import { Writer } from "../wire/writer.js";

/** The types that one stream has defined, and the definitions to be sent before the next value. */
export class TypeTable {
  readonly #ids = new Map<BaseNode, number>();
  readonly #names = new Map<BaseNode, string>();
  /** In the order of their ids, so that {@link rollback} can remove the newest. */
  readonly #defined: BaseNode[] = [];
  readonly #pending = new Writer();

  /** The id of a type. Types that the peer does not know yet are added to the pending definitions. */
  use(type: BaseNode): number {
    const id = basicId(type) ?? this.#ids.get(type);
    if (id !== undefined) return id;
    const known = this.#defined.length;
    this.#assign(type, nameOf(type));
    this.#define(type, new Set(this.#defined.slice(known)));
    return this.#ids.get(type)!;
  }

  /** The definitions to be sent before the next value, if any. */
  get pending(): Writer | undefined {
    return this.#pending.length === 0 ? undefined : this.#pending;
  }

  clearPending(): void {
    this.#pending.reset();
  }

  get size(): number {
    return this.#defined.length;
  }

  /** Removes the types from index `size` on, because their definitions will not be sent. */
  rollback(size: number): void {
    this.#pending.reset();
    for (const type of this.#defined.splice(size)) {
      this.#ids.delete(type);
    }
    // A type that failed halfway through #assign has a name and no id.
    for (const type of this.#names.keys()) {
      if (!this.#ids.has(type)) this.#names.delete(type);
    }
  }

  #idOf(type: AnyType): number {
    const base = resolve(type);
    return basicId(base) ?? this.#ids.get(base)!;
  }

  #take(type: BaseNode): void {
    if (this.#ids.has(type)) return;
    this.#ids.set(type, firstUserId + this.#defined.length);
    this.#defined.push(type);
  }

  // Ids and names follow Go's order, so that the bytes equal Go's.
  #assign(type: BaseNode, name: string): void {
    if (basicId(type) !== undefined || this.#names.has(type)) return;
    this.#names.set(type, name);
    switch (type.kind) {
      case "struct":
        this.#take(type);
        for (const field of type.fields()) {
          const base = resolve(field.type);
          this.#assign(base, describe(base));
          if (basicId(base) === undefined) this.#take(base);
        }
        break;
      case "slice":
      case "array":
        this.#assignElem(type.elem, type.kind === "slice");
        break;
      case "map":
        this.#assignElem(type.key, false);
        this.#assignElem(type.elem, false);
        break;
    }
    this.#take(type);
    if (type.kind === "struct") return;
    // In a container that contains itself the element has no id yet.
    if (type.kind === "map") this.#takeElem(type.key);
    if (type.kind === "map" || type.kind === "slice" || type.kind === "array") this.#takeElem(type.elem);
  }

  #assignElem(elem: AnyType, named: boolean): void {
    const base = resolve(elem);
    this.#assign(base, named && resolveLazy(elem).kind !== "ptr" ? nameOf(base) : "");
  }

  #takeElem(elem: AnyType): void {
    const base = resolve(elem);
    if (basicId(base) === undefined) this.#take(base);
  }

  /** Writes the definition of a type before those of the types in it, as Go does. */
  #define(type: BaseNode, missing: Set<BaseNode>): void {
    if (!missing.delete(type)) return;
    this.#writeDefinition(type, this.#ids.get(type)!);
    switch (type.kind) {
      case "struct":
        for (const field of type.fields()) this.#define(resolve(field.type), missing);
        break;
      case "map":
        this.#define(resolve(type.key), missing);
        this.#define(resolve(type.elem), missing);
        break;
      case "slice":
      case "array":
        this.#define(resolve(type.elem), missing);
        break;
    }
  }

  #writeDefinition(type: BaseNode, id: number): void {
    const w = this.#pending;
    const message = w.begin();
    w.int(-id);
    switch (type.kind) {
      case "array":
        this.#writeHead(w, definitionField.array, type, id);
        w.byte(1);
        w.int(this.#idOf(type.elem));
        if (type.length > 0) {
          w.byte(1);
          w.int(type.length);
        }
        break;
      case "slice":
        this.#writeHead(w, definitionField.slice, type, id);
        w.byte(1);
        w.int(this.#idOf(type.elem));
        break;
      case "map":
        this.#writeHead(w, definitionField.map, type, id);
        w.byte(1);
        w.int(this.#idOf(type.key));
        w.byte(1);
        w.int(this.#idOf(type.elem));
        break;
      case "struct": {
        this.#writeHead(w, definitionField.struct, type, id);
        const fields = type.fields();
        if (fields.length === 0) break;
        w.byte(1);
        w.uint(fields.length);
        for (const field of fields) {
          w.byte(1);
          w.string(field.name);
          w.byte(1);
          w.int(this.#idOf(field.type));
          w.byte(0);
        }
        break;
      }
      case "marshaler":
        this.#writeHead(w, definitionField[type.format], type, id);
        break;
    }
    w.byte(0);
    w.byte(0);
    w.end(message);
  }

  /** Writes the field of wireType, and its CommonType. */
  #writeHead(w: Writer, field: number, type: BaseNode, id: number): void {
    w.byte(field + 1);
    w.byte(1);
    const name = this.#names.get(type)!;
    w.byte(name === "" ? 2 : 1);
    if (name !== "") {
      w.string(name);
      w.byte(1);
    }
    w.int(id);
    w.byte(0);
  }
}

/** The name of a type in Go's reflection. Composite types have none. */
function nameOf(type: BaseNode): string {
  if (type.kind === "struct") return type.name;
  if (type.kind === "marshaler") return type.codec.name;
  return "";
}

function basicId(type: BaseNode): number | undefined {
  switch (type.kind) {
    case "bool":
    case "int":
    case "uint":
    case "float":
    case "complex":
    case "bytes":
    case "string":
    case "interface":
      return wireId[type.kind];
    case "unknown":
      throw new GobEncodeError("gob.unknown can only be decoded; to encode, use the schema of the value");
    default:
      return undefined;
  }
}
