/** The peer's header block is malformed: a connection error, COMPRESSION_ERROR. */
export class HpackError extends Error {
  override readonly name = "HpackError";
}
