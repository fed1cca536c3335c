/** `NODE_DEBUG=go-plugin` prints the published events to stderr. Returns undefined when the variable is not set. */
export function printIfDebugging(): Promise<unknown> | undefined {
  return /\bgo-plugin\b/i.test(process.env.NODE_DEBUG ?? "") ? import("./print.js") : undefined;
}
