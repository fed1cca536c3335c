/** A field of a protobuf message: number and value. */
export type Field = readonly [number, string | Uint8Array | number | boolean];

/** A decoded message: each field's last value; a nested message is its bytes. */
export type Message = ReadonlyMap<number, number | Buffer>;

/** Encodes a protobuf message; default values are left out. */
export function encodeMessage(...fields: readonly Field[]): Buffer {
  return Buffer.concat(fields.map(([number, value]) => encodeField(number, value)));
}

function encodeField(number: number, value: Field[1]): Buffer {
  if (typeof value === "number" || typeof value === "boolean") {
    return Number(value) === 0 ? Buffer.alloc(0) : Buffer.concat([varint(number << 3), varint(Number(value))]);
  }
  const bytes = Buffer.from(value as string);
  return bytes.length === 0 ? bytes : Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes = [];
  for (; value > 0x7f; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return Buffer.from([...bytes, value]);
}

/** Decodes varints and length-delimited fields, which is all that go-plugin's messages have. */
export function decodeMessage(bytes: Buffer): Message {
  const fields = new Map<number, number | Buffer>();
  let at = 0;
  const next = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined || scale > 2 ** 49) throw new Error("not a protobuf message");
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = next();
    if ((tag & 7) === 0) fields.set(tag >>> 3, next());
    else if ((tag & 7) === 2) {
      const end = next() + at;
      fields.set(tag >>> 3, bytes.subarray(at, end));
      at = end;
    } else throw new Error("not a message of go-plugin's");
  }
  return fields;
}

export const textOf = (message: Message, field: number): string => message.get(field)?.toString() ?? "";
export const numberOf = (message: Message, field: number): number => Number(message.get(field) ?? 0);
export const bytesOf = (message: Message, field: number): Buffer => (message.get(field) as Buffer) ?? Buffer.alloc(0);
