import { definePlugins, fromTsProto, grpc } from "@go-plugin/proto";
import { GreeterDefinition, LoggerDefinition } from "./gen/greeter.js";

export const greeterPlugins = definePlugins({
  magicCookieKey: "GREETER_LOGGER_PLUGIN",
  magicCookieValue: "hello",
  versions: { 1: grpc({ greeter: fromTsProto(GreeterDefinition) }) },
});

/** The service that the host serves to the plugin. */
export const loggerService = fromTsProto(LoggerDefinition);
