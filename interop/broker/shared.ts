import { definePlugins, fromTsProto, grpc, type ServiceClient } from "@go-plugin/proto";
import { CallerDefinition, EchoDefinition } from "./gen/broker.js";

export const callerService = fromTsProto(CallerDefinition);

export const brokerPlugins = definePlugins({
  magicCookieKey: "BROKER_PLUGIN",
  magicCookieValue: "hello",
  versions: { 1: grpc({ caller: callerService }) },
});

export type CallerClient = ServiceClient<typeof callerService>;

/** The service that either side serves under a brokered id. */
export const echoService = fromTsProto(EchoDefinition);
