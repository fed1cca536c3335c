export { channelOverride } from "./channel-override.js";
export { fromGrpcJs, type GrpcJsHandlers } from "./from-grpc-js.js";
