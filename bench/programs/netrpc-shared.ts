import { gob } from "@go-plugin/gob";
import { definePlugins, method, netrpc } from "@go-plugin/proto";
import { cookie } from "./shared.js";

const Record = gob.struct("Record", { Numbers: gob.slice(gob.int), Entries: gob.map(gob.string, gob.int) });

export const benchRpc = {
  Bytes: method(gob.bytes, gob.bytes),
  Record: method(Record, Record),
};

export const rpcPlugins = definePlugins({ ...cookie, versions: { 1: netrpc({ bench: benchRpc }) } });
