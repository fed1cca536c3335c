import { isStatusError, Metadata, type Status, StatusError } from "@go-plugin/grpc/status";
import type { Entries, SentError } from "./message.js";

export function encodeError(error: unknown): SentError {
  const { name = "Error", message = String(error), stack } = (error ?? {}) as Partial<Error>;
  const sent = { name: String(name), message: String(message), stack: stack === undefined ? undefined : String(stack) };
  if (!isStatusError(error)) return sent;
  return { ...sent, status: { code: error.code, details: error.details, metadata: [...error.metadata] } };
}

export function decodeError({ name, message, stack, status }: SentError): Error {
  if (status) return new StatusError(status.code as Status, status.details, decodeMetadata(status.metadata));
  const error = Object.assign(new Error(message), { name });
  if (stack !== undefined) error.stack = stack;
  return error;
}

export function decodeMetadata(entries: Entries): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of entries) metadata.append(key, value);
  return metadata;
}
