/** Header compression alone, for tools that read HTTP/2 without speaking it. */
export { HpackDecoder } from "./decoder.js";
export { HpackError } from "./hpack-error.js";
