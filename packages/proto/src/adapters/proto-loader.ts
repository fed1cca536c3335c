import type { MethodDefinition } from "@go-plugin/grpc";

// The streams of grpc-js's handler types, distinguished by the members that only they have.
type Reads = { read(size?: number): unknown };
type Writes = { write(chunk: unknown, ...rest: never[]): boolean };
type CallOf<H> = H extends (call: infer C, ...rest: never[]) => unknown ? C : never;
type Is<C, Shape> = C extends Shape ? true : false;

type Names<D> = keyof { [K in keyof D as string extends K ? never : K]: 1 } & keyof D & string;

/** The result of {@link fromProtoLoader}: the loaded service, with the types that it lacks. */
export type FromProtoLoader<D, H> = {
  readonly [M in Names<D> & keyof H]: D[M] & {
    readonly requestStream: Is<CallOf<H[M]>, Reads>;
    readonly responseStream: Is<CallOf<H[M]>, Writes>;
  };
};

/**
 * The service definition of a service that `@grpc/proto-loader` loaded. The definition is used unchanged. The types say
 * which methods stream: the generated definition type lacks that, the handlers interface has it:
 * `fromProtoLoader<KVDefinition, KVHandlers>(loaded.proto.KV.service)`.
 *
 * @throws {TypeError} when it is not a loaded service.
 */
export function fromProtoLoader<D extends object, H>(service: D): FromProtoLoader<D, H> {
  for (const [name, method] of Object.entries(service) as [string, Partial<MethodDefinition> | undefined][]) {
    if (typeof method?.path !== "string" || typeof method.requestSerialize !== "function") {
      throw new TypeError(
        `expected a service that proto-loader loaded (the \`service\` of a client class), got ${JSON.stringify(name)} without path and serialisers`,
      );
    }
  }
  return service as unknown as FromProtoLoader<D, H>;
}
