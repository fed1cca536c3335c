import { gob } from "@go-plugin/gob";
import { definePlugins, grpc, type MethodDefinition, method, netrpc } from "@go-plugin/proto";
import { faultService } from "./fault-service.js";

const encode = (text: string) => Buffer.from(text);
const decode = (bytes: Uint8Array) => Buffer.from(bytes).toString();

function text<const Q extends boolean, const S extends boolean>(
  name: string,
  requestStream: Q,
  responseStream: S,
): MethodDefinition<string, string, string, string> & { readonly requestStream: Q; readonly responseStream: S } {
  return {
    path: `/test.Threads/${name}`,
    requestStream,
    responseStream,
    requestSerialize: encode,
    requestDeserialize: decode,
    responseSerialize: encode,
    responseDeserialize: decode,
  };
}

/** The service of the tests of worker threads: text in all four kinds of calls. */
export const threadService = {
  unary: text("Unary", false, false),
  serverStream: text("ServerStream", false, true),
  clientStream: text("ClientStream", true, false),
  bidi: text("Bidi", true, true),
  onMainThread: text("OnMainThread", false, false),
};

export const threadPlugins = definePlugins({
  magicCookieKey: "BASIC_PLUGIN",
  magicCookieValue: "hello",
  versions: {
    1: grpc({ threads: threadService }),
    2: netrpc({ threads: { Unary: method(gob.string, gob.string) } }),
  },
});

/** The host's service, for the plugin's callbacks. */
export const callbackService = faultService;
