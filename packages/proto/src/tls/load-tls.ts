/** Certificates and secured connections, loaded when a connection is secured: node:tls and node:crypto take their time. */
export function loadTls(): Promise<typeof import("./index.js")> {
  return import("./index.js");
}
