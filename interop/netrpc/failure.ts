import { BrokerError, RpcConnectionError, RpcServerError } from "@go-plugin/proto";

/** An error by its kind, as the Go side of the scenarios names it. */
export function failure(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof RpcServerError) return `server: ${text.startsWith("gob: ") ? "gob" : text}`;
  if (error instanceof BrokerError && error.code === "ERR_BROKER_TIMEOUT") {
    return /nobody dialed/.test(text) ? "nobody dialed" : "nobody accepted";
  }
  if (error instanceof RpcConnectionError) return "connection ended";
  if ((error as { code?: unknown }).code === "ERR_PLUGIN_CLOSED") return "connection ended";
  return text;
}

/** The kind of the error that a call ends with. */
export async function failed(call: Promise<unknown>): Promise<{ kind: string }> {
  return { kind: await call.then(() => "", failure) };
}
