import { build } from "../../tsup.base.js";

export default build([
  "src/index.ts",
  "src/health/index.ts",
  "src/reflection/index.ts",
  "src/grpc-js/index.ts",
  "src/status/index.ts",
]);
