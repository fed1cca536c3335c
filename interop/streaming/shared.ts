import { definePlugins, fromTsProto, grpc } from "@go-plugin/proto";
import { StreamerServiceDefinition } from "./gen/streamer.js";

/** The definitions of HashiCorp's examples/streaming. */
export const streamerPlugins = definePlugins({
  magicCookieKey: "BASIC_PLUGIN",
  magicCookieValue: "hello",
  versions: { 1: grpc({ streamer: fromTsProto(StreamerServiceDefinition) }) },
});
