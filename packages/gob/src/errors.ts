/** Where in a value something went wrong, and which types were involved. */
export interface GobErrorDetails {
  /** The Go type that the stream declares. */
  readonly sent?: string;
  /** The Go type that the schema asks for. */
  readonly wanted?: string;
  readonly cause?: unknown;
}

/** What every error of this package is: `code` says what kind, `path` says where in the value. */
export abstract class GobError extends Error {
  abstract readonly code: string;
  /** Path from the outermost value to where it went wrong, such as `Args.Items[3].Name`; empty for the stream itself. */
  path = "";
  readonly sent: string | undefined;
  readonly wanted: string | undefined;

  constructor(detail: string, { sent, wanted, cause }: GobErrorDetails = {}) {
    super(`gob: ${detail}`, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.sent = sent;
    this.wanted = wanted;
  }
}

/** A schema that no Go type corresponds to. */
export class GobSchemaError extends GobError {
  readonly code = "ERR_GOB_SCHEMA";
}

/** A value that its schema cannot send. Nothing of it was written. */
export class GobEncodeError extends GobError {
  readonly code = "ERR_GOB_ENCODE";
}

/** The type that was sent cannot be decoded as the type that is wanted. The stream stays usable. */
export class GobTypeMismatchError extends GobError {
  readonly code = "ERR_GOB_TYPE_MISMATCH";
}

/** A number that came does not fit the wanted width, or a JavaScript number. The stream stays usable. */
export class GobRangeError extends GobError {
  readonly code = "ERR_GOB_RANGE";
}

/** An interface value names a type that the registry does not hold. */
export class GobUnregisteredError extends GobError {
  readonly code = "ERR_GOB_UNREGISTERED";
}

/** Bytes that are not gob. */
export class GobFormatError extends GobError {
  readonly code = "ERR_GOB_FORMAT";
}

/** The stream ended in the middle of a value. */
export class GobTruncatedError extends GobError {
  readonly code = "ERR_GOB_TRUNCATED";
}

/** The peer sent more than a limit of the decoder allows, or a value is nested too deeply to be encoded. */
export class GobLimitError extends GobError {
  readonly code = "ERR_GOB_LIMIT";
}

/** Makes an error again as it is now; on its way up each gets a path of its own. */
export function remake(error: GobError): () => GobError {
  const { message, path, sent, wanted, cause } = error;
  const Class = error.constructor as new (detail: string, details: GobErrorDetails) => GobError;
  const details: GobErrorDetails = {
    ...(sent !== undefined && { sent }),
    ...(wanted !== undefined && { wanted }),
    cause,
  };
  return () => Object.assign(new Class(message.slice("gob: ".length), details), { path });
}

/** Adds an outer step to the path of an error on its way up; anything else becomes a GobError first. */
export function addPath(error: unknown, step: string): unknown {
  if (error instanceof RangeError && error.message.includes("call stack")) {
    error = new GobLimitError("the value is nested too deeply for the stack");
  }
  if (error instanceof GobError) error.path = step + error.path;
  return error;
}

/** The step of a path into a map. A key that is no scalar has no short text, and may have no way to become one. */
export function entryStep(key: unknown): string {
  if (typeof key === "string") return `[${JSON.stringify(key)}]`;
  return typeof key === "object" && key !== null ? "[{…}]" : `[${String(key)}]`;
}

/** Puts the whole path into the message once the error leaves the codec. */
export function finishPath(error: unknown, root: string): unknown {
  const named = addPath(error, root.length > 60 ? `${root.slice(0, 57)}...` : root);
  if (named instanceof GobError) {
    const { path, message: before } = named;
    const shown = path.length > 300 ? `${path.slice(0, 150)}…${path.slice(-150)}` : path;
    named.message = `gob: ${shown}: ${before.slice("gob: ".length)}`;
    if (named.stack !== undefined) named.stack = named.stack.replace(before, () => named.message);
  }
  return named;
}
