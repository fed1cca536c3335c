import { bool, emptyStruct, string, uint32 } from "@go-plugin/gob";
import { method } from "@go-plugin/netrpc";

/** Every plugin serves this on its first stream; the arguments mean nothing. */
export const controlService = {
  Ping: method(bool, emptyStruct),
  Quit: method(bool, emptyStruct),
};

/** Turns the name of a plugin into the id of a brokered connection, on which it is served. */
export const dispenserService = { Dispense: method(string, uint32) };

/** The name under which a plugin, and each service of a broker, is registered. */
export const pluginServiceName = "Plugin";
