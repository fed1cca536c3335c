import { definePlugins, fromTsProto, grpc } from "@go-plugin/proto";
import { AddHelperDefinition, CounterDefinition } from "./gen/bidirectional.js";

export const counterPlugins = definePlugins({
  magicCookieKey: "BASIC_PLUGIN",
  magicCookieValue: "hello",
  versions: { 1: grpc({ counter: fromTsProto(CounterDefinition) }) },
});

/** The service that the host serves to the plugin. */
export const addHelperService = fromTsProto(AddHelperDefinition);
