import { gob } from "@go-plugin/gob";
import { definePlugins, method, netrpc } from "@go-plugin/proto";

// In Go: type GreetArgs struct { Name string; LoggerID uint32 }
const GreetArgs = gob.struct("GreetArgs", { Name: gob.string, LoggerID: gob.uint32 });

// In Go: func (s *GreeterServer) Greet(args GreetArgs, greeting *string) error
const greeterService = { Greet: method(GreetArgs, gob.string) };

export const greeterPlugins = definePlugins({
  magicCookieKey: "GREETER_LOGGER_NETRPC_PLUGIN",
  magicCookieValue: "hello",
  versions: { 1: netrpc({ greeter: greeterService }) },
});

/** The service that the host serves to the plugin. In Go: func (s *LoggerServer) Log(message string, _ *struct{}) error */
export const loggerService = { Log: method(gob.string, gob.emptyStruct) };
