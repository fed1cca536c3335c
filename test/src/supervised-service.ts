import { gob } from "@go-plugin/gob";
import { definePlugins, grpc, method, netrpc } from "@go-plugin/proto";
import { faultService } from "./fault-service.js";

/** The service of the supervisor's tests, the same over gRPC and net/rpc except for streams. */
export const supervisedPlugins = definePlugins({
  magicCookieKey: "BASIC_PLUGIN",
  magicCookieValue: "hello",
  versions: {
    1: grpc({ fault: faultService }),
    2: netrpc({ fault: { Call: method(gob.bytes, gob.bytes) } }),
  },
});
