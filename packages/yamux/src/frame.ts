/**
 * Length in bytes of every frame's header.
 *
 * @example
 * ```ts
 * // A frame that gives the peer a whole window, in protocolVersion 0.
 * const frame = encodeHeader({ type: FrameType.windowUpdate, flags: 0, streamId: 1, length: initialWindowBytes });
 * frame.length === headerBytes && frame[0] === protocolVersion; // true
 * ```
 */
export const headerBytes = 12;

/** The only protocol version. */
export const protocolVersion = 0;

/** Window in bytes that both sides assume for a new stream. Go: initialStreamWindow. */
export const initialWindowBytes = 256 * 1024;

/** The type of a frame, which decides the meaning of its length field. */
export const FrameType = {
  /** Bytes of a stream; the length is the number of bytes that follow. */
  data: 0,
  /** Credit for a stream; the length is the number of bytes the sender may send more. */
  windowUpdate: 1,
  /** Question (SYN) or answer (ACK) on stream 0; the length is an opaque value, echoed. */
  ping: 2,
  /** No more streams from here, on stream 0; the length is a `GoAwayCode`. */
  goAway: 3,
} as const;

/** One of the values of the `FrameType` table. */
export type FrameType = (typeof FrameType)[keyof typeof FrameType];

/** Bits of the flags field; any combination may come on a data or window update frame. */
export const Flag = {
  /** Opens a stream; on a ping, a question. */
  syn: 1,
  /** Accepts a stream; on a ping, the answer. */
  ack: 2,
  /** Half-closes a stream: the sender sends no more data. */
  fin: 4,
  /** Ends a stream at once, in both directions. */
  rst: 8,
} as const;

/** The reasons for a go-away. */
export const GoAwayCode = {
  /** Normal end: open streams continue, new ones are refused. */
  normal: 0,
  /** The other side broke the protocol; the session ends. */
  protocolError: 1,
  /** The sender failed; the session ends. */
  internalError: 2,
} as const;

/** One of the values of the `GoAwayCode` table. */
export type GoAwayCode = (typeof GoAwayCode)[keyof typeof GoAwayCode];

/** A frame's header, as `decodeHeader` returns it. */
export interface FrameHeader {
  readonly type: FrameType;
  /** `Flag` bits, OR-ed. Unknown bits are kept and ignored, as in Go. */
  readonly flags: number;
  readonly streamId: number;
  /** Payload bytes, window delta, ping value or `GoAwayCode`, by type. */
  readonly length: number;
}
