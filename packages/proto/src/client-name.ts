/**
 * The name on a client of a method named so in its service, by the rule of `@go-plugin/grpc` and `@go-plugin/netrpc`. A
 * host or a plugin loads only one of the two.
 *
 * @internal
 */
export function clientName(name: string): string {
  const lower = name.charAt(0).toLowerCase() + name.slice(1);
  // A client with a method `then` would be taken for a promise.
  return lower === "then" ? "Then" : lower;
}
