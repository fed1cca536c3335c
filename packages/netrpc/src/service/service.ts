import type { AnyType, Infer, Input } from "@go-plugin/gob";

/** One method of a service: the schemas of its argument and of its reply. */
export interface RpcMethod<A extends AnyType = AnyType, R extends AnyType = AnyType> {
  readonly args: A;
  readonly reply: R;
}

/** The methods of a service by their Go names. Go: the methods of the value given to rpc.Register. */
export type RpcService = { readonly [method: string]: RpcMethod };

/**
 * Describes `func (t *T) Method(args A, reply *R) error`. Pointers make no difference on the wire: use the schema of `A`
 * for an argument `*A`.
 *
 * @example
 * ```ts
 * import { gob } from "@go-plugin/gob";
 * import { method } from "@go-plugin/netrpc";
 *
 * // func (t *Arith) Multiply(args *Args, reply *int) error
 * const Arith = { Multiply: method(gob.struct("Args", { A: gob.int, B: gob.int }), gob.int) };
 * ```
 */
export function method<const A extends AnyType, const R extends AnyType>(args: A, reply: R): RpcMethod<A, R> {
  return { args, reply };
}

/** Options of one call. */
export interface RpcCallOptions {
  /** Stops waiting for the reply. net/rpc cannot tell the server, so the method continues and its reply is dropped. */
  readonly signal?: AbortSignal;
}

/** The second argument of a method that serves calls. */
export interface RpcCallContext {
  /** `Service.Method`, as the caller wrote it. */
  readonly method: string;
  /** Aborts when the connection has ended, so that nobody reads the reply any more. */
  readonly signal: AbortSignal;
}

// A method whose argument may be anything can be called without one.
type Call<A, R> = unknown extends A
  ? (args?: A, options?: RpcCallOptions) => Promise<R>
  : (args: A, options?: RpcCallOptions) => Promise<R>;

/**
 * The TypeScript name of a Go method: its first letter becomes lower case, except in `Then`. An object with a method
 * `then` looks like a promise: awaiting it would call the method.
 */
export type RpcMethodName<K extends string> = Uncapitalize<K> extends "then" ? "Then" : Uncapitalize<K>;

/** The client of a service: one function per method, with its {@link RpcMethodName}. */
export type RpcClient<S> = {
  readonly [K in keyof S & string as RpcMethodName<K>]: S[K] extends RpcMethod<infer A, infer R>
    ? Call<Input<A>, Infer<R>>
    : never;
};

/**
 * The implementation of a service: one function per method, named as {@link RpcMethodName} says.
 * Returned byte slices of 32 KiB and more are not copied: do not write to them afterwards.
 */
// A conditional type is resolved before an object literal is checked against it, so that its parameters get their types.
export type RpcImplementation<S> = S extends unknown
  ? {
      readonly [K in keyof S & string as RpcMethodName<K>]: S[K] extends RpcMethod<infer A, infer R>
        ? (args: Infer<A>, context: RpcCallContext) => Input<R> | Promise<Input<R>>
        : never;
    }
  : never;
