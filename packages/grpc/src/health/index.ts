export { createHealth, type Health } from "./create-health.js";
export { healthService } from "./health-service.js";
export { ServingStatus } from "./serving-status.js";
