import type { Status } from "../status/status.js";
import { type HeaderRecord, headerListSize } from "./header-list.js";
import type { Metadata } from "./metadata.js";
import { encodeStatusMessage, truncateStatusMessage } from "./status-message.js";

/** The headers of every response. */
export const responseHeaders = { ":status": 200, "content-type": "application/grpc" };

/** The trailers of a call without an error and without trailers of its own. */
export const okTrailers = { "grpc-status": "0" };

/**
 * The trailers of a call. A client rejects trailers beyond its limit and so gets no status, so they lose their metadata
 * first, and then the end of the text.
 */
export function encodeStatus(
  code: Status,
  details: string,
  metadata: Metadata | undefined,
  maxHeaderListBytes: number,
): HeaderRecord {
  const text = encodeStatusMessage(details);
  const status: HeaderRecord = { "grpc-status": String(code) };
  if (text !== "") status["grpc-message"] = text;
  const trailers = { ...status };
  metadata?.writeTo(trailers);
  // Counted with the headers, because the trailers may have to be sent alone.
  const size = (headers: HeaderRecord) => headerListSize({ ...responseHeaders, ...headers });
  if (size(trailers) <= maxHeaderListBytes) return trailers;
  const excess = size(status) - maxHeaderListBytes;
  if (excess <= 0) return status;
  return { ...status, "grpc-message": truncateStatusMessage(text, text.length - excess) };
}
