import { GobFormatError, GobLimitError } from "../errors.js";
import { definitionField, lastUserId } from "../wire/ids.js";
import type { Reader } from "../wire/reader.js";
import { maxFields } from "./limits.js";

interface SentField {
  readonly name: string;
  readonly id: number;
}

/** A type as the sender defined it. Ids may refer to types that are defined later. */
export type SentType =
  | { readonly kind: "array"; readonly name: string; readonly elem: number; readonly length: number }
  | { readonly kind: "slice"; readonly name: string; readonly elem: number }
  | { readonly kind: "map"; readonly name: string; readonly key: number; readonly elem: number }
  | { readonly kind: "marshaler"; readonly name: string; readonly format: "gob" | "binary" | "text" }
  | SentStruct;

export interface SentStruct {
  readonly kind: "struct";
  readonly name: string;
  readonly fields: readonly SentField[];
  /** The number of each field. If two share a name, the last one counts. */
  readonly numbers: ReadonlyMap<string, number>;
}

/** Reads Go's wireType, which has one field for each kind of type, of which one is set. */
export function readSentType(reader: Reader): SentType {
  let type: SentType | undefined;
  readFields(reader, 7, (number) => {
    if (type !== undefined) throw new GobFormatError("a type definition defines two types at once");
    type = readKind(reader, number);
  });
  if (type === undefined) throw new GobFormatError("a type definition defines no type");
  return type;
}

function readKind(reader: Reader, number: number): SentType {
  switch (number) {
    case definitionField.array: {
      const { name, ids } = readComposite(reader);
      const length = ids[1] ?? 0;
      if (length < 0) throw new GobFormatError(`a type definition has an array of length ${length}`);
      return { kind: "array", name, elem: checkId(ids[0]), length };
    }
    case definitionField.slice: {
      const { name, ids } = readComposite(reader);
      return { kind: "slice", name, elem: checkId(ids[0]) };
    }
    case definitionField.map: {
      const { name, ids } = readComposite(reader);
      return { kind: "map", name, key: checkId(ids[0]), elem: checkId(ids[1]) };
    }
    case definitionField.struct:
      return readStruct(reader);
    default: {
      const { name } = readComposite(reader);
      const format = number === definitionField.gob ? "gob" : number === definitionField.binary ? "binary" : "text";
      return { kind: "marshaler", name, format };
    }
  }
}

/** Reads CommonType, then up to two integers. */
function readComposite(reader: Reader): { name: string; ids: (number | undefined)[] } {
  let name = "";
  const ids: (number | undefined)[] = [undefined, undefined];
  readFields(reader, 3, (number) => {
    if (number === 0) name = readCommonName(reader);
    else ids[number - 1] = reader.int("a type definition");
  });
  return { name, ids };
}

function readStruct(reader: Reader): SentStruct {
  let name = "";
  const fields: SentField[] = [];
  readFields(reader, 2, (number) => {
    if (number === 0) name = readCommonName(reader);
    else {
      const count = reader.count();
      if (count > maxFields)
        throw new GobLimitError(`a struct is defined with ${count} fields; at most ${maxFields} are allowed`);
      for (let index = 0; index < count; index++) fields.push(readField(reader));
    }
  });
  return { kind: "struct", name, fields, numbers: new Map(fields.map((field, number) => [field.name, number])) };
}

function readField(reader: Reader): SentField {
  let name = "";
  let id: number | undefined;
  readFields(reader, 2, (number) => {
    if (number === 0) name = reader.string();
    else id = reader.int("a type definition");
  });
  if (name === "") throw new GobFormatError("a struct is defined with a field that has no name");
  return { name, id: checkId(id) };
}

/** Reads CommonType. Its id is skipped, since Go itself sends ids there that are not the type's. */
function readCommonName(reader: Reader): string {
  let name = "";
  readFields(reader, 2, (number) => {
    if (number === 0) name = reader.string();
    else reader.skipNumber();
  });
  return name;
}

function checkId(id: number | undefined): number {
  if (id === undefined || id <= 0 || id > lastUserId) {
    throw new GobFormatError(
      id === undefined ? "a type definition lacks an element type" : `a type definition refers to type id ${id}`,
    );
  }
  return id;
}

/** Reads the fields that were sent, up to the end of the struct or of the message. */
function readFields(reader: Reader, count: number, read: (number: number) => void): void {
  let number = -1;
  while (reader.at < reader.end) {
    const delta = reader.count();
    if (delta === 0) return;
    number += delta;
    if (number >= count)
      throw new GobFormatError(`a type definition has field ${number}, expected fewer than ${count} fields`);
    read(number);
  }
}
