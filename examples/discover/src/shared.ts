import { definePlugins, fromTsProto, grpc } from "@go-plugin/proto";
import { InfoDefinition } from "./gen/info.js";

export const infoPlugins = definePlugins({
  magicCookieKey: "DISCOVER_PLUGIN",
  magicCookieValue: "hello",
  versions: { 1: grpc({ info: fromTsProto(InfoDefinition) }) },
});
