/** Header compression alone, for tools that read HTTP/2 without taking part in it. */
export { HpackDecoder } from "./decoder.js";
export { HpackError } from "./hpack-error.js";
