import { build } from "../../tsup.base.js";

export default build([
  "src/index.ts",
  "src/grpc/index.ts",
  "src/netrpc/index.ts",
  "src/protobuf-es/index.ts",
  "src/testing/index.ts",
  "src/tls/index.ts",
]);
