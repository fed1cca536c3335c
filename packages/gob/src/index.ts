export * from "./gob.js";
export * as gob from "./gob.js";
