import { gob } from "@go-plugin/gob";
import { definePlugins, method, netrpc } from "@go-plugin/proto";

export const greeterPlugins = definePlugins({
  magicCookieKey: "WITHOUT_BUILD",
  magicCookieValue: "hello",
  versions: { 1: netrpc({ greeter: { greet: method(gob.string, gob.string) } }) },
});
