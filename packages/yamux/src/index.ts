export { Decoder, decodeHeader, type FrameSink } from "./decode.js";
export { encodeData, encodeHeader } from "./encode.js";
export {
  OpenError,
  type OpenErrorCode,
  PingTimeoutError,
  ProtocolError,
  type ProtocolErrorCode,
  SessionError,
  type SessionErrorCode,
  StreamError,
  type StreamErrorCode,
  YamuxError,
} from "./errors.js";
export {
  Flag,
  type FrameHeader,
  FrameType,
  GoAwayCode,
  headerBytes,
  initialWindowBytes,
  protocolVersion,
} from "./frame.js";
export { Session } from "./session.js";
export type { SessionOptions } from "./session-options.js";
export type { Stream } from "./stream.js";
