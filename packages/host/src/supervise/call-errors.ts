import type { Protocol } from "@go-plugin/proto/internal";

/** How calls fail that wait for a plugin's next process: as the protocol's own calls do. */
export interface CallErrors {
  /** Whether a call failed because its connection was lost, or there was none; no status that the plugin sent says so. */
  isConnectionLoss(error: unknown): boolean;
  unavailable(details: string, cause: unknown): Error;
  /** The call's signal was aborted, for this reason. */
  aborted(reason: unknown): unknown;
  /** Its `timeoutMs` have passed; net/rpc's calls have none. */
  timedOut(): Error;
}

const late = "the plugin was not running again in time";

/** Loads what the plugin's protocol has loaded already, and nothing for the other one. */
export async function loadCallErrors(protocol: Protocol): Promise<CallErrors> {
  if (protocol === "netrpc") {
    const { RpcConnectionError } = await import("@go-plugin/netrpc");
    return {
      isConnectionLoss: (error) => error instanceof RpcConnectionError,
      unavailable: (details, cause) => new RpcConnectionError(details, { cause }),
      aborted: (reason) => reason,
      timedOut: () => new RpcConnectionError(late),
    };
  }
  const { Status, StatusError } = await import("@go-plugin/grpc");
  const timedOut = (details: string, cause?: unknown) =>
    new StatusError(Status.DEADLINE_EXCEEDED, details, undefined, { cause });
  return {
    isConnectionLoss: (error) =>
      error instanceof StatusError && error.code === Status.UNAVAILABLE && error.cause !== undefined,
    unavailable: (details, cause) => new StatusError(Status.UNAVAILABLE, details, undefined, { cause }),
    aborted: (cause) =>
      cause instanceof Error && cause.name === "TimeoutError"
        ? timedOut(late, cause)
        : new StatusError(Status.CANCELLED, "the call was cancelled by its signal", undefined, { cause }),
    timedOut: () => timedOut(late),
  };
}
