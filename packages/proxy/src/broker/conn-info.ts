import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** A message of the brokers. Go: ConnInfo. */
export interface ConnInfo {
  readonly serviceId: number;
  readonly network: string;
  readonly address: string;
  /** The offset of the address in the message. */
  readonly addressAt: number;
  readonly knock: { readonly knock: boolean; readonly ack: boolean; readonly error: string } | undefined;
}

/** Reads plugin.ConnInfo. @throws {Error} for bytes that are none. */
export function readConnInfo(bytes: Uint8Array): ConnInfo {
  const reader = new BinaryReader(bytes);
  let serviceId = 0;
  let network = "";
  let address = "";
  let addressAt = 0;
  let knock: ConnInfo["knock"];
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1 && wireType === WireType.Varint) serviceId = reader.uint32();
    else if (field === 2 && wireType === WireType.LengthDelimited) network = reader.string();
    else if (field === 3 && wireType === WireType.LengthDelimited) {
      address = reader.string();
      addressAt = reader.pos - Buffer.byteLength(address);
    } else if (field === 4 && wireType === WireType.LengthDelimited) knock = readKnock(reader.bytes());
    else reader.skip(wireType, field);
  }
  return { serviceId, network, address, addressAt, knock };
}

function readKnock(bytes: Uint8Array): NonNullable<ConnInfo["knock"]> {
  const reader = new BinaryReader(bytes);
  let [knock, ack, error] = [false, false, ""];
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1 && wireType === WireType.Varint) knock = reader.bool();
    else if (field === 2 && wireType === WireType.Varint) ack = reader.bool();
    else if (field === 3 && wireType === WireType.LengthDelimited) error = reader.string();
    else reader.skip(wireType, field);
  }
  return { knock, ack, error };
}

/** Writes over bytes of a message that lies in several pieces. */
export function overwrite(pieces: readonly Buffer[], at: number, bytes: Buffer): void {
  let offset = 0;
  for (const piece of pieces) {
    const from = Math.max(at, offset);
    const to = Math.min(at + bytes.length, offset + piece.length);
    if (from < to) bytes.copy(piece, from - offset, from - at, to - at);
    offset += piece.length;
  }
}
