/** The peer's header block is malformed: a connection error, COMPRESSION_ERROR. */
export class HpackError extends Error {
  static override get name(): string {
    return "HpackError";
  }
  override readonly name = "HpackError";
}
