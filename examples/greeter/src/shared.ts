import { definePlugins, fromTsProto, grpc } from "@go-plugin/proto";
import { GreeterDefinition } from "./gen/greeter.js";

export const greeterPlugins = definePlugins({
  magicCookieKey: "GREETER_PLUGIN",
  magicCookieValue: "hello",
  versions: { 1: grpc({ greeter: fromTsProto(GreeterDefinition) }) },
});
