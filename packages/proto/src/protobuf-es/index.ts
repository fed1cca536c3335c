import {
  create,
  type DescFile,
  type DescMessage,
  type DescService,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { MethodDefinition } from "@go-plugin/grpc";

/** A service that protobuf-es (`protoc-gen-es` 2) generated. */
export type ProtobufEsService = Omit<DescService, "method"> & {
  readonly method: Readonly<Record<string, Pick<DescService["method"][string], "methodKind" | "input" | "output">>>;
};

type Methods<S extends ProtobufEsService> = S["method"];
type Shape<D> = D extends DescMessage ? MessageShape<D> : never;
type Init<D> = D extends DescMessage ? MessageInitShape<D> : never;

/** The result of {@link fromProtobufEs}: a service in grpc-js's shape. */
export type FromProtobufEs<S extends ProtobufEsService> = {
  readonly [M in keyof Methods<S>]: MethodDefinition<
    Init<Methods<S>[M]["input"]>,
    Shape<Methods<S>[M]["input"]>,
    Init<Methods<S>[M]["output"]>,
    Shape<Methods<S>[M]["output"]>
  > & {
    readonly requestStream: Methods<S>[M]["methodKind"] extends "client_streaming" | "bidi_streaming" ? true : false;
    readonly responseStream: Methods<S>[M]["methodKind"] extends "server_streaming" | "bidi_streaming" ? true : false;
  };
};

/** The service definition of a service that protobuf-es (`protoc-gen-es` 2) generated. */
export function fromProtobufEs<S extends ProtobufEsService>(service: S): FromProtobufEs<S> {
  const methods = service.methods.map((method): [string, MethodDefinition] => {
    const { input, output, methodKind } = method;
    return [
      method.localName,
      {
        path: `/${service.typeName}/${method.name}`,
        requestStream: methodKind === "client_streaming" || methodKind === "bidi_streaming",
        responseStream: methodKind === "server_streaming" || methodKind === "bidi_streaming",
        requestSerialize: (message) => toBinary(input, create(input, message)),
        requestDeserialize: (bytes) => fromBinary(input, bytes),
        responseSerialize: (message) => toBinary(output, create(output, message)),
        responseDeserialize: (bytes) => fromBinary(output, bytes),
      },
    ];
  });
  return Object.fromEntries(methods) as FromProtobufEs<S>;
}

/**
 * The descriptors of generated services and of all that they import, for `grpc(…, { descriptors })`.
 *
 * @example
 * ```ts
 * const greeter = grpc(fromProtobufEs(Greeter), { descriptors: descriptorsOf(Greeter) });
 * ```
 */
export function descriptorsOf(...services: readonly { readonly file: DescFile }[]): Uint8Array {
  const files = new Set<DescFile>();
  const add = (file: DescFile): void => {
    if (files.has(file)) return;
    for (const dependency of file.dependencies) add(dependency);
    files.add(file);
  };
  for (const service of services) add(service.file);
  return toBinary(
    FileDescriptorSetSchema,
    create(FileDescriptorSetSchema, { file: [...files].map((file) => file.proto) }),
  );
}
