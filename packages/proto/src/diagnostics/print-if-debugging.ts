/** `NODE_DEBUG=go-plugin` prints what is published to stderr; undefined where nobody has asked for that. */
export function printIfDebugging(): Promise<unknown> | undefined {
  return /\bgo-plugin\b/i.test(process.env.NODE_DEBUG ?? "") ? import("./print.js") : undefined;
}
