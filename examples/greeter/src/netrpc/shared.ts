import { gob } from "@go-plugin/gob";
import { definePlugins, method, netrpc } from "@go-plugin/proto";

// In Go: func (s *GreeterServer) Greet(name string, greeting *string) error
const greeterService = { Greet: method(gob.string, gob.string) };

export const greeterPlugins = definePlugins({
  magicCookieKey: "GREETER_NETRPC_PLUGIN",
  magicCookieValue: "hello",
  versions: { 1: netrpc({ greeter: greeterService }) },
});
