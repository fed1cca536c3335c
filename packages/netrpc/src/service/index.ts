/** The description of services, and the errors of their calls, without gob: for definitions, and for code that reads errors. */
export * from "./errors.js";
export * from "./service.js";
