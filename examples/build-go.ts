import { buildGoPrograms } from "../interop/src/build-go.js";

export default () =>
  buildGoPrograms([
    "greeter-host",
    "greeter-plugin",
    "greeter-logger-host",
    "greeter-logger-plugin",
    "grpc-host",
    "grpc-plugin",
  ]);
