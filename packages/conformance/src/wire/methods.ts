/** Paths of the services that go-plugin knows. */
export const methods = {
  health: "/grpc.health.v1.Health/Check",
  shutdown: "/plugin.GRPCController/Shutdown",
  stdio: "/plugin.GRPCStdio/StreamStdio",
  broker: "/plugin.GRPCBroker/StartStream",
} as const;

/** Codes of gRPC's statuses, as far as the rules name them. */
export const Status = { ok: 0, unknown: 2, notFound: 5, unimplemented: 12, unavailable: 14 } as const;
