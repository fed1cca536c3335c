import type { AnyType, Infer, Input } from "@go-plugin/gob";

/** One method: the Go types of its argument and of its reply. */
export interface RpcMethod<A extends AnyType = AnyType, R extends AnyType = AnyType> {
  readonly args: A;
  readonly reply: R;
}

/** The methods of a service by their Go names. Go: the methods of the value given to rpc.Register. */
export type RpcService = { readonly [method: string]: RpcMethod };

/** Describes `func (t *T) Method(args A, reply *R) error`. Pointers do not matter: `A` and `*A` are the same on the wire. */
export function method<const A extends AnyType, const R extends AnyType>(args: A, reply: R): RpcMethod<A, R> {
  return { args, reply };
}

/** What a caller may say about one call. */
export interface CallOptions {
  /** Stops waiting for the reply. The other side is not told, net/rpc has no way to; its reply is dropped when it comes. */
  readonly signal?: AbortSignal;
}

/** What a method that serves a call knows of it. */
export interface CallContext {
  /** `Service.Method`, as the caller wrote it. */
  readonly method: string;
  /** Aborted when the connection has ended, and nobody waits for the reply any more. */
  readonly signal: AbortSignal;
}

// A method whose argument may be anything can be called without one.
type Call<A, R> = unknown extends A
  ? (args?: A, options?: CallOptions) => Promise<R>
  : (args: A, options?: CallOptions) => Promise<R>;

/** The client of a service: one function for each method, named as in Go but for the first letter. */
export type RpcClient<S> = {
  readonly [K in keyof S & string as Uncapitalize<K>]: S[K] extends RpcMethod<infer A, infer R>
    ? Call<Input<A>, Infer<R>>
    : never;
};

/**
 * What serves a service: one function for each method, named as in Go but for the first letter.
 * Byte slices of 32 KiB and more that it returns are not copied: they must not be written to afterwards.
 */
// A conditional type is resolved before an object literal is checked against it, so that its parameters get their types.
export type RpcImplementation<S> = S extends unknown
  ? {
      readonly [K in keyof S & string as Uncapitalize<K>]: S[K] extends RpcMethod<infer A, infer R>
        ? (args: Infer<A>, context: CallContext) => Input<R> | Promise<Input<R>>
        : never;
    }
  : never;

/** The name of a Go method in TypeScript. */
export function methodName(goName: string): string {
  return goName.charAt(0).toLowerCase() + goName.slice(1);
}
