import { StatusError, statusName } from "@go-plugin/proto";

/** Names an error as the Go side of the scenarios does. */
export function failure(error: unknown): string {
  const timeout = /timeout waiting for (connection info|multiplexing knock handshake)/.exec(String(error));
  return timeout?.[0] ?? goName(statusName(StatusError.from(error).code));
}

function goName(name: string): string {
  if (name === "CANCELLED") return "Canceled";
  return name.toLowerCase().replace(/(^|_)(.)/g, (_, __, letter: string) => letter.toUpperCase());
}
