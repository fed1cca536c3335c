import { grpc } from "./gen/reflection.js";

const { ServerReflectionRequest, ServerReflectionResponse } = grpc.reflection.v1;

// The two versions differ only in the name of their package.
const method = <Path extends string>(path: Path) =>
  ({
    path,
    requestStream: true,
    responseStream: true,
    requestSerialize: (message: grpc.reflection.v1.IServerReflectionRequest) =>
      ServerReflectionRequest.encode(message).finish(),
    requestDeserialize: (bytes: Uint8Array) => ServerReflectionRequest.decode(bytes),
    responseSerialize: (message: grpc.reflection.v1.IServerReflectionResponse) =>
      ServerReflectionResponse.encode(message).finish(),
    responseDeserialize: (bytes: Uint8Array) => ServerReflectionResponse.decode(bytes),
  }) as const;

/**
 * The definition of `grpc.reflection.v1.ServerReflection`: for a client, or to serve the implementation of {@link
 * createReflection}.
 */
export const reflectionService = {
  serverReflectionInfo: method("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"),
} as const;

/**
 * The definition of `grpc.reflection.v1alpha.ServerReflection`, which older tools use; the same implementation serves
 * it.
 */
export const reflectionAlphaService = {
  serverReflectionInfo: method("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"),
} as const;
