// The service of the measurements of pools and worker threads, in bytes.
import { definePlugins, grpc, type MethodDefinition } from "@go-plugin/proto";

const asIs = <T>(bytes: T): T => bytes;

function method(path: string): MethodDefinition<Uint8Array, Uint8Array, Uint8Array, Uint8Array> & {
  readonly requestStream: false;
  readonly responseStream: false;
} {
  return {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
}

export const scalingPlugins = definePlugins({
  magicCookieKey: "BENCH_PLUGIN",
  magicCookieValue: "hello",
  versions: {
    1: grpc({
      scaling: { echo: method("/bench.Scaling/Echo"), compute: method("/bench.Scaling/Compute") },
    }),
  },
});
