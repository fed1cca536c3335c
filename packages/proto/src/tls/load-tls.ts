/** Loads certificates and secured connections on demand: node:tls and node:crypto are slow to load. */
export function loadTls(): Promise<typeof import("./index.js")> {
  return import("./index.js");
}
