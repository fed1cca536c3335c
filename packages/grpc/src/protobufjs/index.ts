/**
 * protobufjs's runtime for the static code of our own messages, as one file of this package's build. As a package it is
 * 17 files, which load more slowly than all of ours. It omits 64-bit numbers, which none of our messages has.
 */
import protobuf from "protobufjs/minimal.js";

/** Writes a message's fields. Its type is that of protobufjs, as far as generated code names it. */
export interface Writer {
  /** The bytes that were written. */
  finish(): Uint8Array;
}
/** Reads a message's fields. */
export interface Reader {
  readonly buf: Uint8Array;
  pos: number;
  readonly len: number;
}

/** The runtime, as generated JavaScript imports it. Its types are not ours, and would ask users to install protobufjs. */
const runtime: object = protobuf;
export default runtime;
