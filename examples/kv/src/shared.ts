import { definePlugins, fromTsProto, grpc } from "@go-plugin/proto";
import { KVDefinition } from "./gen/kv.js";

/** In HashiCorp's examples/grpc: Handshake and PluginMap. */
export const kvPlugins = definePlugins({
  magicCookieKey: "BASIC_PLUGIN",
  magicCookieValue: "hello",
  versions: { 1: grpc({ kv_grpc: fromTsProto(KVDefinition) }) },
});
