import { wireId } from "../wire/ids.js";
import type { SentType } from "./sent-type.js";

/** Names come from the peer and appear in error messages. */
const maxShown = 200;

/** The number of types that may still be written: definitions can be recursive. */
interface Budget {
  left: number;
}

interface SentTypes {
  sentType(id: number): SentType | undefined;
}

const basicNames = new Map<number, string>(Object.entries(wireId).map(([name, id]) => [id, name]));

/** A sent type in Go's notation. Integer widths are not on the wire. */
export function describeSent(types: SentTypes, id: number): string {
  const text = write(types, id, { left: 50 });
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}

/** The same, with the fields of a struct spelled out. */
export function describeFields(types: SentTypes, id: number): string {
  const type = types.sentType(id);
  return type?.kind === "struct" && type.name !== ""
    ? `${printable(type.name)} ${writeStruct(types, type, { left: 500 })}`
    : describeSent(types, id);
}

function write(types: SentTypes, id: number, budget: Budget): string {
  const basic = basicNames.get(id);
  if (basic !== undefined) return id === wireId.bytes ? "[]byte" : id === wireId.interface ? "interface {}" : basic;
  const type = types.sentType(id);
  if (type === undefined) return `undefined type ${id}`;
  if (budget.left-- <= 0) return "…";
  switch (type.kind) {
    case "slice":
      return `[]${write(types, type.elem, budget)}`;
    case "array":
      return `[${type.length}]${write(types, type.elem, budget)}`;
    case "map":
      return `map[${write(types, type.key, budget)}]${write(types, type.elem, budget)}`;
    case "marshaler": {
      const name = type.name === "" ? "a type" : printable(type.name);
      return `${name} (a ${type.format} marshaler)`;
    }
    case "struct":
      return type.name === "" ? writeStruct(types, type, budget) : printable(type.name);
  }
}

function writeStruct(types: SentTypes, type: Extract<SentType, { kind: "struct" }>, budget: Budget): string {
  if (type.fields.length === 0) return "struct {}";
  const shown: string[] = [];
  for (const { name, id } of type.fields) {
    if (budget.left-- <= 0) {
      shown.push("…");
      break;
    }
    shown.push(`${printable(name)} ${write(types, id, budget)}`);
  }
  return `struct { ${shown.join("; ")} }`;
}

/** Text from the peer, without characters that could forge a log line. */
export function printable(text: string): string {
  const clean = text.replace(/[\p{C}\u2028\u2029]/gu, "�");
  return clean.length > maxShown ? `${clean.slice(0, maxShown)}…` : clean;
}
