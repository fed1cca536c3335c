import type { MethodDefinition } from "@go-plugin/grpc";

interface TsProtoMessage<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

/** A service as ts-proto writes it with `outputServices=generic-definitions`. */
export interface TsProtoDefinition {
  readonly fullName: string;
  readonly methods: {
    readonly [method: string]: {
      readonly name: string;
      // biome-ignore lint/suspicious/noExplicitAny: a message type is in both input and output position
      readonly requestType: TsProtoMessage<any>;
      readonly requestStream: boolean;
      // biome-ignore lint/suspicious/noExplicitAny: as above
      readonly responseType: TsProtoMessage<any>;
      readonly responseStream: boolean;
    };
  };
}

type MessageOf<T> = T extends TsProtoMessage<infer M> ? M : never;

type Methods<D extends TsProtoDefinition> = D["methods"];

/** The result of {@link fromTsProto}: a service in grpc-js's shape. */
export type FromTsProto<D extends TsProtoDefinition> = {
  readonly [M in keyof Methods<D>]: MethodDefinition<
    MessageOf<Methods<D>[M]["requestType"]>,
    MessageOf<Methods<D>[M]["requestType"]>,
    MessageOf<Methods<D>[M]["responseType"]>,
    MessageOf<Methods<D>[M]["responseType"]>
  > & {
    readonly requestStream: Methods<D>[M]["requestStream"];
    readonly responseStream: Methods<D>[M]["responseStream"];
  };
};

/** The service definition of a service that ts-proto generated with `outputServices=generic-definitions`. */
export function fromTsProto<const D extends TsProtoDefinition>(definition: D): FromTsProto<D> {
  const methods = Object.entries(definition.methods).map(([key, method]) => {
    const { requestType, responseType, requestStream, responseStream } = method;
    const converted: MethodDefinition = {
      path: `/${definition.fullName}/${method.name}`,
      requestStream,
      responseStream,
      requestSerialize: (message) => requestType.encode(message).finish(),
      requestDeserialize: (bytes) => requestType.decode(bytes),
      responseSerialize: (message) => responseType.encode(message).finish(),
      responseDeserialize: (bytes) => responseType.decode(bytes),
    };
    return [key, converted];
  });
  return Object.fromEntries(methods);
}
