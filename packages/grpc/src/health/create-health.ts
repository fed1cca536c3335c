import type { CallContext } from "../service/call.js";
import type { ServiceImplementation } from "../service/definition.js";
import { Status, StatusError } from "../status/status.js";
import type { healthService } from "./health-service.js";
import { ServingStatus } from "./serving-status.js";

/** The state behind a health service. Go: health.Server. */
export interface Health {
  /** Serves `healthService`. */
  readonly implementation: ServiceImplementation<typeof healthService>;
  /** Sets the state of a service, by its full name; `""` is the server as a whole. Go: SetServingStatus. */
  setStatus(service: string, status: ServingStatus): void;
  /** Sets every service to NOT_SERVING for good; `setStatus` has no effect afterwards. Go: Shutdown. */
  shutdown(): void;
}

/**
 * Creates a health service that reports SERVING for the server as a whole and knows no other service yet (Go:
 * `health.NewServer`).
 *
 * @example
 * ```ts
 * const health = createHealth();
 * server.addService(healthService, health.implementation);
 * health.setStatus("greeter.Greeter", ServingStatus.SERVING);
 * ```
 */
export function createHealth(): Health {
  const statuses = new Map<string, ServingStatus>([["", ServingStatus.SERVING]]);
  const watchers = new Set<() => void>();
  let ended = false;

  function wakeWatchers(): void {
    for (const wake of watchers) wake();
  }

  async function* watch(service: string, context: CallContext) {
    let sent: ServingStatus | undefined;
    let wake = () => {};
    const onChange = () => wake();
    watchers.add(onChange);
    context.signal.addEventListener("abort", onChange);
    try {
      while (!context.signal.aborted) {
        const status = statuses.get(service) ?? ServingStatus.SERVICE_UNKNOWN;
        const changed = new Promise<void>((resolve) => {
          wake = resolve;
        });
        if (status === sent) await changed;
        else yield { status };
        sent = status;
      }
    } finally {
      watchers.delete(onChange);
      context.signal.removeEventListener("abort", onChange);
    }
  }

  return {
    implementation: {
      check({ service }) {
        const status = statuses.get(service);
        if (status === undefined) throw new StatusError(Status.NOT_FOUND, "unknown service");
        return { status };
      },
      watch: ({ service }, context) => watch(service, context),
    },
    setStatus(service, status) {
      if (ended) return;
      statuses.set(service, status);
      wakeWatchers();
    },
    shutdown() {
      ended = true;
      for (const service of statuses.keys()) statuses.set(service, ServingStatus.NOT_SERVING);
      wakeWatchers();
    },
  };
}
