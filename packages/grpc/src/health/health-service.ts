import { grpc } from "./gen/health.js";

const { HealthCheckRequest, HealthCheckResponse } = grpc.health.v1;

const codec = {
  requestStream: false,
  requestSerialize: (message: grpc.health.v1.IHealthCheckRequest) => HealthCheckRequest.encode(message).finish(),
  requestDeserialize: (bytes: Uint8Array) => HealthCheckRequest.decode(bytes),
  responseSerialize: (message: grpc.health.v1.IHealthCheckResponse) => HealthCheckResponse.encode(message).finish(),
  responseDeserialize: (bytes: Uint8Array) => HealthCheckResponse.decode(bytes),
} as const;

/** The definition of `grpc.health.v1.Health`: for a client, or to serve the implementation of {@link createHealth}. */
export const healthService = {
  check: { path: "/grpc.health.v1.Health/Check", responseStream: false, ...codec },
  watch: { path: "/grpc.health.v1.Health/Watch", responseStream: true, ...codec },
} as const;
