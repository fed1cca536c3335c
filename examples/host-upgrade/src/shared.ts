import { definePlugins, fromTsProto, grpc } from "@go-plugin/proto";
import { CounterDefinition } from "./gen/counter.js";

export const counterPlugins = definePlugins({
  magicCookieKey: "HOST_UPGRADE_PLUGIN",
  magicCookieValue: "hello",
  versions: { 1: grpc({ counter: fromTsProto(CounterDefinition) }) },
});
