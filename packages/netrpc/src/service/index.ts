/** Service descriptions and call errors, without gob: for definitions, and for code that handles errors. */
export * from "./errors.js";
export * from "./service.js";
