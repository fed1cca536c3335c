export { gobToJson } from "./netrpc/gob-to-json.js";
