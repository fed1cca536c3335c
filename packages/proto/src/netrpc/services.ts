import { bool, emptyStruct, string, uint32 } from "@go-plugin/gob";
import { method } from "@go-plugin/netrpc";

/** Every plugin serves this on its first stream; the arguments have no meaning. */
export const controlService = {
  Ping: method(bool, emptyStruct),
  Quit: method(bool, emptyStruct),
};

/** Exchanges the name of a plugin for the id of a brokered connection that serves it. */
export const dispenserService = { Dispense: method(string, uint32) };

/** The name under which a plugin, and each service of a broker, is registered. */
export const pluginServiceName = "Plugin";
