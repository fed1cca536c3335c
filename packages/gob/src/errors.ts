export interface GobErrorDetails {
  /** The Go type that was sent. */
  readonly sent?: string;
  /** The Go type of the schema. */
  readonly wanted?: string;
  readonly cause?: unknown;
}

/**
 * The base class of this package's errors. `code` tells the kind.
 *
 * @example
 * ```ts
 * import { gob } from "@go-plugin/gob";
 *
 * try {
 *   gob.decode(gob.int, Buffer.from("090c000648656c6c6f21", "hex"));
 * } catch (error) {
 *   if (!(error instanceof gob.GobError)) throw error;
 *   console.log(error.code, error.sent, error.wanted); // ERR_GOB_TYPE_MISMATCH string int
 * }
 * ```
 */
export abstract class GobError extends Error {
  static override get name(): string {
    return "GobError";
  }
  abstract readonly code: string;
  /** The place of the error in the value, such as `Args.Items[3].Name`. Empty for the stream itself. */
  path = "";
  /** The Go type that was sent, if types were involved. */
  readonly sent: string | undefined;
  /** The Go type of the schema, if types were involved. */
  readonly wanted: string | undefined;

  constructor(detail: string, { sent, wanted, cause }: GobErrorDetails = {}) {
    super(`gob: ${detail}`, cause === undefined ? undefined : { cause });
    this.sent = sent;
    this.wanted = wanted;
  }
}

/** The schema corresponds to no Go type. */
export class GobSchemaError extends GobError {
  static override get name(): string {
    return "GobSchemaError";
  }
  override readonly name = "GobSchemaError";
  readonly code = "ERR_GOB_SCHEMA";
}

/** The value does not fit its schema. Nothing of it was written. */
export class GobEncodeError extends GobError {
  static override get name(): string {
    return "GobEncodeError";
  }
  override readonly name = "GobEncodeError";
  readonly code = "ERR_GOB_ENCODE";
}

/** The type that was sent cannot be decoded as the type of the schema. The stream stays usable. */
export class GobTypeMismatchError extends GobError {
  static override get name(): string {
    return "GobTypeMismatchError";
  }
  override readonly name = "GobTypeMismatchError";
  readonly code = "ERR_GOB_TYPE_MISMATCH";
}

/** A number that was sent does not fit the type of the schema, or a JavaScript number. The stream stays usable. */
export class GobRangeError extends GobError {
  static override get name(): string {
    return "GobRangeError";
  }
  override readonly name = "GobRangeError";
  readonly code = "ERR_GOB_RANGE";
}

/** A string that was sent is not UTF-8, which Go allows. `gob.rawString` keeps its bytes. The stream stays usable. */
export class GobUtf8Error extends GobError {
  static override get name(): string {
    return "GobUtf8Error";
  }
  override readonly name = "GobUtf8Error";
  readonly code = "ERR_GOB_UTF8";
}

/** The type of an interface value is not in the registry. */
export class GobUnregisteredError extends GobError {
  static override get name(): string {
    return "GobUnregisteredError";
  }
  override readonly name = "GobUnregisteredError";
  readonly code = "ERR_GOB_UNREGISTERED";
}

/** The bytes are not valid gob. */
export class GobFormatError extends GobError {
  static override get name(): string {
    return "GobFormatError";
  }
  override readonly name = "GobFormatError";
  readonly code = "ERR_GOB_FORMAT";
}

/** The stream ended in the middle of a value. */
export class GobTruncatedError extends GobError {
  static override get name(): string {
    return "GobTruncatedError";
  }
  override readonly name = "GobTruncatedError";
  readonly code = "ERR_GOB_TRUNCATED";
}

/** The peer sent more than a limit allows, or a value is nested too deeply to be encoded. */
export class GobLimitError extends GobError {
  static override get name(): string {
    return "GobLimitError";
  }
  override readonly name = "GobLimitError";
  readonly code = "ERR_GOB_LIMIT";
}

/**
 * Returns true for every {@link GobError}, even one of another copy of this package: a program may load it as ESM and as
 * CommonJS, and `instanceof` knows one of them.
 *
 * @example
 * ```ts
 * try {
 *   gob.decode(gob.int, new Uint8Array([1]));
 * } catch (error) {
 *   if (!gob.isGobError(error)) throw error;
 *   console.error(error.code, error.path);
 * }
 * ```
 */
export function isGobError(error: unknown): error is GobError {
  return error instanceof Error && /^Gob\w+Error$/.test(error.name) && /^ERR_GOB_/.test((error as GobError).code);
}
