// The definition that host and plugin share; go/set.go in Go.
import type { MethodDefinition } from "@go-plugin/grpc";
import { definePlugins, grpc } from "@go-plugin/proto";
import { bench } from "./gen/bench.js";

interface Message<In, Out> {
  encode(message: In): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Out;
}

function method<ReqIn, ReqOut, ResIn, ResOut, const Req extends boolean, const Res extends boolean>(
  path: string,
  requestStream: Req,
  request: Message<ReqIn, ReqOut>,
  responseStream: Res,
  response: Message<ResIn, ResOut>,
): MethodDefinition<ReqIn, ReqOut, ResIn, ResOut> & { requestStream: Req; responseStream: Res } {
  return {
    path,
    requestStream,
    responseStream,
    requestSerialize: (message) => request.encode(message).finish(),
    requestDeserialize: (bytes) => request.decode(bytes),
    responseSerialize: (message) => response.encode(message).finish(),
    responseDeserialize: (bytes) => response.decode(bytes),
  };
}

const {
  CallBackRequest,
  CallBackResponse,
  DownloadRequest,
  Empty,
  Payload,
  PrintRequest,
  UsageRequest,
  UsageResponse,
} = bench;

export const benchService = {
  unary: method("/bench.Bench/Unary", false, Payload, false, Payload),
  download: method("/bench.Bench/Download", false, DownloadRequest, true, Payload),
  upload: method("/bench.Bench/Upload", true, Payload, false, Empty),
  echo: method("/bench.Bench/Echo", true, Payload, true, Payload),
  callBack: method("/bench.Bench/CallBack", false, CallBackRequest, false, CallBackResponse),
  print: method("/bench.Bench/Print", false, PrintRequest, false, Empty),
  usage: method("/bench.Bench/Usage", false, UsageRequest, false, UsageResponse),
};

/** The service that a host serves under a broker id. */
export const calleeService = { say: method("/bench.Callee/Say", false, Payload, false, Payload) };

export const cookie = { magicCookieKey: "BENCH_PLUGIN", magicCookieValue: "hello" };

export const grpcPlugins = definePlugins({ ...cookie, versions: { 1: grpc({ bench: benchService }) } });

type InBuffers<M> = Omit<M, "requestSerialize" | "responseSerialize"> & {
  requestSerialize(value: object): Buffer;
  responseSerialize(value: object): Buffer;
};

/** The same service for grpc-js, which takes only Buffers as bytes. */
export function inBuffers<S extends { readonly [method: string]: MethodDefinition }>(service: S) {
  const buffered = (serialize: (value: object) => Uint8Array) => (value: object) => {
    const { buffer, byteOffset, byteLength } = serialize(value);
    return Buffer.from(buffer, byteOffset, byteLength);
  };
  const methods = Object.entries(service).map(([name, method]) => [
    name,
    {
      ...method,
      requestSerialize: buffered(method.requestSerialize),
      responseSerialize: buffered(method.responseSerialize),
    },
  ]);
  return Object.fromEntries(methods) as { [K in keyof S]: InBuffers<S[K]> };
}
