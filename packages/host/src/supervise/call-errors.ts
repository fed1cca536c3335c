import { BrokerError, type Protocol } from "@go-plugin/proto/internal";
import type { PluginError } from "../errors.js";

/** The errors of calls that wait for a plugin's next process. They are those of the protocol's own calls. */
export interface CallErrors {
  /** Recognises a call that failed because the connection was lost, which no status of the plugin means. */
  isConnectionLoss(error: unknown): boolean;
  /** Recognises a call that no process has seen any of. */
  isUnsent(error: unknown): boolean;
  unavailable(details: string, cause: unknown): Error;
  /** Makes the error for a call that finds the queue full. */
  busy(cause: PluginError): Error;
  /** Makes the error for an abort of the call's signal. */
  aborted(reason: unknown): unknown;
  /** Makes the error for `timeoutMs`, which net/rpc's calls do not have. */
  timedOut(): Error;
}

const late = "the plugin was not running again in time";

/** Loads the errors of one protocol, whose modules are already loaded. */
export async function loadCallErrors(protocol: Protocol): Promise<CallErrors> {
  if (protocol === "netrpc") {
    const { isUnsent, RpcConnectionError } = await import("@go-plugin/netrpc");
    return {
      // The stream of what is dispensed comes from the broker.
      isConnectionLoss: (error) =>
        error instanceof RpcConnectionError || (error instanceof BrokerError && error.code === "ERR_BROKER_CLOSED"),
      isUnsent,
      unavailable: (details, cause) => new RpcConnectionError(details, { cause }),
      busy: (cause) => cause,
      aborted: (reason) => reason,
      timedOut: () => new RpcConnectionError(late),
    };
  }
  const { isUnsent, Status, StatusError } = await import("@go-plugin/grpc");
  const timedOut = (details: string, cause?: unknown) =>
    new StatusError(Status.DEADLINE_EXCEEDED, details, undefined, { cause });
  return {
    isConnectionLoss: (error) =>
      error instanceof StatusError && error.code === Status.UNAVAILABLE && error.cause !== undefined,
    isUnsent,
    busy: (cause) => new StatusError(Status.RESOURCE_EXHAUSTED, cause.message, undefined, { cause }),
    unavailable: (details, cause) => new StatusError(Status.UNAVAILABLE, details, undefined, { cause }),
    aborted: (cause) =>
      cause instanceof Error && cause.name === "TimeoutError"
        ? timedOut(late, cause)
        : new StatusError(Status.CANCELLED, "the call was cancelled by its signal", undefined, { cause }),
    timedOut: () => timedOut(late),
  };
}
