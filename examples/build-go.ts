import { buildGoPrograms } from "../interop/src/build-go.js";

export default () => buildGoPrograms(["greeter-host", "greeter-plugin", "grpc-host", "grpc-plugin"]);
