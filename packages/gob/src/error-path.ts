import { GobError, type GobErrorDetails, GobLimitError } from "./errors.js";

/** Returns a function that makes a copy of an error, since each copy gets a path of its own on its way up. */
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

/** Puts an outer step before the path of an error on its way up. A stack overflow becomes a GobLimitError. */
export function addPath(error: unknown, step: string): unknown {
  if (error instanceof RangeError && error.message.includes("call stack")) {
    error = new GobLimitError(
      "the value is nested too deeply for the call stack; lower maxDepth, or raise node --stack-size",
    );
  }
  if (error instanceof GobError) error.path = step + error.path;
  return error;
}

/** The path step into a map. A key that is an object has no short text. */
export function entryStep(key: unknown): string {
  if (typeof key === "string") return `[${JSON.stringify(key)}]`;
  return typeof key === "object" && key !== null ? "[{…}]" : `[${String(key)}]`;
}

/** Writes the complete path into the message before the error leaves the codec. */
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
