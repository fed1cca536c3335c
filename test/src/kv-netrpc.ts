import { gob } from "@go-plugin/gob";
import { definePlugins, method, netrpc } from "@go-plugin/proto";

/** The methods of HashiCorp's examples/basic: the argument is an interface, and always nil. */
export const Greeter = { Greet: method(gob.interface(), gob.string) };

/** The methods of HashiCorp's examples/grpc, in their net/rpc form. */
export const Kv = {
  Put: method(gob.record(gob.interface()), gob.interface()),
  Get: method(gob.string, gob.bytes),
};

const cookie = { magicCookieKey: "BASIC_PLUGIN", magicCookieValue: "hello" };

export const basicPlugins = definePlugins({ ...cookie, versions: { 1: netrpc({ greeter: Greeter }) } });
export const kvNetRpcPlugins = definePlugins({ ...cookie, versions: { 1: netrpc({ kv: Kv }) } });
