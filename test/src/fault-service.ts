import { definePlugins, grpc, type MethodDefinition } from "@go-plugin/proto";

const asIs = <T>(bytes: T): T => bytes;

/** Methods whose messages are bytes. */
function method<const B extends boolean>(
  path: string,
  responseStream: B,
): MethodDefinition<Uint8Array, Uint8Array, Uint8Array, Uint8Array> & {
  readonly requestStream: false;
  readonly responseStream: B;
} {
  return {
    path,
    requestStream: false,
    responseStream,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
}

export const faultService = {
  call: method("/test.Fault/Call", false),
  stream: method("/test.Fault/Stream", true),
};

export const controllerService = { shutdown: method("/plugin.GRPCController/Shutdown", false) };

/** The definition of the fault suite's plugins. */
export const faultPlugins = definePlugins({
  magicCookieKey: "BASIC_PLUGIN",
  magicCookieValue: "hello",
  versions: { 1: grpc({ fault: faultService }) },
});
