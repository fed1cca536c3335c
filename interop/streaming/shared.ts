import { definePlugins, fromTsProto, grpc } from "@go-plugin/proto";
import { StreamerServiceDefinition } from "./gen/streamer.js";

/** What HashiCorp's examples/streaming has in its main programs. */
export const streamerPlugins = definePlugins({
  magicCookieKey: "BASIC_PLUGIN",
  magicCookieValue: "hello",
  versions: { 1: grpc({ streamer: fromTsProto(StreamerServiceDefinition) }) },
});
