import { errorText } from "../status/error-text.js";
import { Status, StatusError } from "../status/status.js";

/** Encodes a message. @throws {StatusError} INTERNAL, in grpc-go's words. */
export function serialize<T>(encode: (value: T) => Uint8Array, value: T): Uint8Array {
  try {
    return encode(value);
  } catch (error) {
    throw codecError("grpc: error while marshaling", error);
  }
}

/** Decodes a message. @throws {StatusError} INTERNAL, in grpc-go's words. */
export function deserialize<T>(decode: (bytes: Buffer) => T, bytes: Buffer): T {
  try {
    return decode(bytes);
  } catch (error) {
    throw codecError("grpc: failed to unmarshal the received message", error);
  }
}

function codecError(what: string, error: unknown): StatusError {
  return new StatusError(Status.INTERNAL, `${what}: ${errorText(error)}`, undefined, { cause: error });
}
