import type { CallContext, CallOptions } from "./call.js";

/**
 * One method of a service, in grpc-js's form, which ts-proto (`outputServices=grpc-js`), grpc-tools and proto-loader
 * all emit.
 */
// biome-ignore lint/suspicious/noExplicitAny: a definition of any message type is assignable to the default
export interface MethodDefinition<ReqIn = any, ReqOut = any, ResIn = any, ResOut = any> {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly requestSerialize: (value: ReqIn) => Uint8Array;
  readonly requestDeserialize: (bytes: Buffer) => ReqOut;
  readonly responseSerialize: (value: ResIn) => Uint8Array;
  readonly responseDeserialize: (bytes: Buffer) => ResOut;
}

/** The methods of one service by name. Go: grpc.ServiceDesc. */
export type ServiceDefinition = { readonly [method: string]: MethodDefinition };

/** The literal keys, without an index signature (proto-loader's). */
type Named<S> = keyof { [K in keyof S as string extends K ? never : K]: 1 } & keyof S & string;

type ClientMethod<M> = M extends {
  requestStream: infer A;
  responseStream: infer B;
  // biome-ignore lint/suspicious/noExplicitAny: only the argument is inferred
  requestSerialize: (value: infer I) => any;
  // biome-ignore lint/suspicious/noExplicitAny: only the result is inferred
  responseDeserialize: (bytes: any) => infer O;
}
  ? (
      request: A extends true ? AsyncIterable<I> | Iterable<I> : I,
      options?: CallOptions,
    ) => B extends true ? AsyncIterable<O> : Promise<O>
  : never;

type ServerMethod<M> = M extends {
  requestStream: infer A;
  responseStream: infer B;
  // biome-ignore lint/suspicious/noExplicitAny: only the result is inferred
  requestDeserialize: (bytes: any) => infer I;
  // biome-ignore lint/suspicious/noExplicitAny: only the argument is inferred
  responseSerialize: (value: infer O) => any;
}
  ? (
      request: A extends true ? AsyncIterable<I> : I,
      context: CallContext,
    ) => B extends true ? AsyncIterable<O> | Iterable<O> : O | Promise<O>
  : never;

/**
 * The name of a method on clients and implementations: its key in the definition with a lower-case first letter, except
 * for `Then`. An object with a method `then` looks like a promise: awaiting it would call the method.
 */
export type MethodName<K extends string> = Uncapitalize<K> extends "then" ? "Then" : Uncapitalize<K>;

/**
 * The client of a service. A unary response is a promise, a streamed one an async iterable; a streamed request is any
 * iterable. A server stream's call starts at its first iteration; leaving the loop early cancels the call.
 */
export type ServiceClient<S> = { readonly [K in Named<S> as MethodName<K>]: ClientMethod<S[K]> };

/**
 * The implementation of a service: one function per method. A streamed response is any (async) iterable, for example a
 * generator.
 */
// A conditional type is resolved before an object literal is checked against it, so that its parameters get their types.
export type ServiceImplementation<S> = S extends unknown
  ? { [K in Named<S> as MethodName<K>]: ServerMethod<S[K]> }
  : never;

/** {@link MethodName} at run time. */
export function methodName(key: string): string {
  const name = key.charAt(0).toLowerCase() + key.slice(1);
  return name === "then" ? "Then" : name;
}
