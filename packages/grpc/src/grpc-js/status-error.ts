import type { Metadata as GrpcJsMetadata, ServerErrorResponse, StatusObject } from "@grpc/grpc-js";
import { isStatusError, type Status, StatusError } from "../status/status.js";
import { fromGrpcJsMetadata } from "./metadata.js";

/** Reads a handler's error as grpc-js does: a whole number in `code` makes it a status, anything else is UNKNOWN. */
export function statusErrorFrom(
  error: Partial<ServerErrorResponse> | Partial<StatusObject>,
  trailers?: GrpcJsMetadata,
): unknown {
  if (isStatusError(error)) return error;
  // An error without a status is returned unchanged: the server reports it and answers UNKNOWN with its message.
  if (!Number.isInteger(error.code)) return error instanceof Error ? error : new Error("Unknown Error");
  const message = "message" in error ? error.message : undefined;
  const metadata = trailers ?? error.metadata;
  return new StatusError(
    error.code as Status,
    error.details ?? message ?? "Unknown Error",
    metadata && fromGrpcJsMetadata(metadata),
    { cause: error },
  );
}
