import { ErrorCode } from "./error-code.js";

/** RFC 9113 §6. */
export const FrameType = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const Flag = { ack: 0x1, endStream: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const;

/** RFC 9113 §6.5.2. */
export const Setting = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
} as const;

/** Length (3 bytes), type, flags, stream id (4 bytes). */
export const frameHeaderBytes = 9;

/** Every peer accepts frames of this size. */
export const defaultMaxFrameBytes = 16_384;
/** The size of every window until it is changed. */
export const defaultWindowBytes = 65_535;
export const maxWindowBytes = 0x7fff_ffff;
export const maxStreamId = 0x7fff_ffff;

/** The first bytes of a client. */
export const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** The peer broke the protocol: the connection ends with a GOAWAY of this code. */
export class Http2Error extends Error {
  static override get name(): string {
    return "Http2Error";
  }
  override readonly name = "Http2Error";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export function protocolError(message: string): Http2Error {
  return new Http2Error(ErrorCode.PROTOCOL_ERROR, `Protocol error: ${message}`);
}

export function dependsOnItself(): Http2Error {
  return protocolError("a stream that depends on itself");
}

export function frameSizeError(message: string): Http2Error {
  return new Http2Error(ErrorCode.FRAME_SIZE_ERROR, `Protocol error: ${message}`);
}

export function flowControlError(message: string): Http2Error {
  return new Http2Error(ErrorCode.FLOW_CONTROL_ERROR, `Protocol error: ${message}`);
}

export function writeFrameHeader(
  target: Uint8Array,
  offset: number,
  length: number,
  type: number,
  flags: number,
  streamId: number,
): void {
  target[offset] = length >>> 16;
  target[offset + 1] = length >>> 8;
  target[offset + 2] = length;
  target[offset + 3] = type;
  target[offset + 4] = flags;
  writeUint32(target, offset + 5, streamId);
}

export function writeUint32(target: Uint8Array, offset: number, value: number): void {
  target[offset] = value >>> 24;
  target[offset + 1] = value >>> 16;
  target[offset + 2] = value >>> 8;
  target[offset + 3] = value;
}

export function readUint32(source: Uint8Array, offset: number): number {
  return (
    source[offset]! * 0x100_0000 + ((source[offset + 1]! << 16) | (source[offset + 2]! << 8) | source[offset + 3]!)
  );
}

/** Reads 31 bits, without the reserved bit. */
export function readUint31(source: Uint8Array, offset: number): number {
  return readUint32(source, offset) & 0x7fff_ffff;
}
