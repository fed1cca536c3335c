import { readSentType, type SentType } from "../decode/sent-type.js";
import { firstUserId } from "../wire/ids.js";
import { Reader } from "../wire/reader.js";
import { definition, int, message, raw } from "./raw.js";

class StreamReader extends Reader {
  constructor(stream: Buffer) {
    super();
    this.data = stream;
    this.end = stream.length;
  }

  /** The bytes of the next message. */
  message(): Buffer {
    const length = this.length();
    this.at += length;
    return this.data.subarray(this.at - length, this.at);
  }

  rest(): Buffer {
    return this.data.subarray(this.at, this.end);
  }
}

/** The messages of a stream, each with its length prefix. */
export function splitMessages(stream: Buffer): Buffer[] {
  const reader = new StreamReader(stream);
  const messages: Buffer[] = [];
  while (reader.left > 0) messages.push(message(reader.message()));
  return messages;
}

/** The same stream with other ids for the types that it defines. No interface value in it may have one of them. */
export function renameIds(stream: Buffer, rename: (id: number) => number): Buffer {
  const renamed = (id: number) => (id < firstUserId ? id : rename(id));
  const reader = new StreamReader(stream);
  const messages: Buffer[] = [];
  while (reader.left > 0) {
    const body = new StreamReader(reader.message());
    const id = body.int("an id");
    if (id < 0) messages.push(message(redefine(renamed(-id), readSentType(body), renamed)));
    else messages.push(message(int(renamed(id)), body.rest()));
  }
  return raw(messages);
}

/** Ids in the order in which a stream mentions them. Go's ids depend on the other types that its process has sent. */
export function inOrder(): (id: number) => number {
  const known = new Map<number, number>();
  return (id) => {
    if (!known.has(id)) known.set(id, firstUserId + known.size);
    return known.get(id)!;
  };
}

function redefine(id: number, type: SentType, renamed: (id: number) => number): Buffer {
  switch (type.kind) {
    case "array":
      return definition.array(id, renamed(type.elem), type.length);
    case "slice":
      return definition.slice(id, renamed(type.elem));
    case "map":
      return definition.map(id, renamed(type.key), renamed(type.elem));
    case "marshaler":
      return definition.marshaler(id, type.name);
    case "struct":
      return definition.struct(
        id,
        type.name,
        type.fields.map((field) => [field.name, renamed(field.id)]),
      );
  }
}
