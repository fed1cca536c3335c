import { GobEncodeError, GobError } from "../errors.js";
import type { Codec, MarshalerNode } from "../schema/schema.js";
import type { EncodeOp } from "./state.js";

/** Writes a length and the bytes that the codec makes. */
export function encodeMarshaler({ codec }: MarshalerNode): EncodeOp {
  return (state, value) => {
    const bytes = guard(codec, () => codec.encode(value));
    if (!(bytes instanceof Uint8Array))
      throw new GobEncodeError(`the codec of ${codec.name} must return a Uint8Array, got ${typeof bytes}`);
    state.bytes(bytes);
  };
}

export function marshalerIsZero(codec: Codec<unknown>): (value: unknown) => boolean {
  return (value) => guard(codec, () => codec.isZero?.(value) ?? false);
}

function guard<T>(codec: Codec<unknown>, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof GobError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GobEncodeError(`cannot encode ${codec.name}: ${reason}`, { wanted: codec.name, cause });
  }
}
