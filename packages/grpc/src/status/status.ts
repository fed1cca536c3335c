import { Metadata } from "../headers/metadata.js";
import { errorChainText } from "./error-text.js";

/** The status codes of gRPC. Go: codes.Code. */
export const Status = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

/** One of the codes of {@link Status}. */
export type Status = (typeof Status)[keyof typeof Status];

const names = Object.keys(Status);

/**
 * The name of a status code, or the number itself for a code that gRPC does not define.
 *
 * @example
 * ```ts
 * statusName(Status.NOT_FOUND); // "NOT_FOUND"
 * ```
 */
export function statusName(code: number): string {
  return names[code] ?? String(code);
}

/**
 * A call that ended with a status other than OK. Go: status.Error. A handler throws it to choose the status that the
 * peer gets; a client method rejects with it. `details` is the text on the wire; `metadata` are the trailers.
 */
export class StatusError extends Error {
  static override get name(): string {
    return "StatusError";
  }
  override readonly name = "StatusError";
  readonly code: Status;
  readonly details: string;
  /** The path of the method whose call failed, for example "/kv.KV/Get". Only clients' errors have it. */
  declare readonly method?: string;
  readonly #metadata: Metadata | undefined;

  constructor(code: Status, details: string, metadata?: Metadata, options?: { readonly cause?: unknown }) {
    super(details === "" ? statusName(code) : `${statusName(code)}: ${details}`, options);
    this.code = code;
    this.details = details;
    this.#metadata = metadata;
  }

  /** The trailers of the call. */
  get metadata(): Metadata {
    return this.#metadata ?? new Metadata();
  }

  /**
   * Converts a thrown value to a status: a `StatusError` is returned unchanged, anything else becomes UNKNOWN with the
   * error's message.
   */
  static from(error: unknown): StatusError {
    return statusOf(error);
  }
}

// Outside the class: the bundler would name a class that refers to itself `_StatusError`, and it would be printed so.
function statusOf(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  if (isStatusError(error))
    return new StatusError(error.code, error.details, new Metadata().merge(error.metadata), { cause: error });
  return new StatusError(Status.UNKNOWN, errorChainText(error), undefined, { cause: error });
}

/**
 * Returns true for a `StatusError`, even of another copy: a program may load this package as ESM and as CommonJS.
 *
 * @example
 * ```ts
 * try {
 *   await client.greet({ name: "Ada" });
 * } catch (error) {
 *   if (!isStatusError(error)) throw error;
 *   console.error(statusName(error.code), error.details);
 * }
 * ```
 */
export function isStatusError(error: unknown): error is StatusError {
  return error instanceof Error && error.name === "StatusError" && "details" in error && "code" in error;
}
