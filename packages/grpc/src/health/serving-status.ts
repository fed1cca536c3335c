/** The states of a service in the health protocol. Go: grpc_health_v1.HealthCheckResponse_ServingStatus. */
export const ServingStatus = {
  UNKNOWN: 0,
  SERVING: 1,
  NOT_SERVING: 2,
  /** Only `watch` reports this; `check` fails with NOT_FOUND. */
  SERVICE_UNKNOWN: 3,
} as const;

/** One of the states of {@link ServingStatus}. */
export type ServingStatus = (typeof ServingStatus)[keyof typeof ServingStatus];
