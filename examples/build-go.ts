import { buildGoPrograms } from "../interop/src/build-go.js";

export default async () => {
  if (process.env.PROGRAMS_ARE_BUILT) return;
  await buildGoPrograms([
    "discover-plugin",
    "greeter-host",
    "greeter-plugin",
    "greeter-netrpc-host",
    "greeter-netrpc-plugin",
    "greeter-logger-host",
    "greeter-logger-plugin",
    "greeter-logger-netrpc-host",
    "greeter-logger-netrpc-plugin",
    "grpc-host",
    "grpc-plugin",
    "host-upgrade-plugin",
    "opentelemetry-plugin",
  ]);
};
