import { build } from "../../tsup.base.js";
import { oneFile } from "../../tsup.one-file.js";

const entries = ["index", "handshake/index", "internal/index", "protobuf-es/index", "testing/index"];

export default build(
  entries.map((entry) => `src/${entry}.ts`),
  { esbuildPlugins: [oneFile("src/internal/index.ts", "@go-plugin/proto/internal")] },
);
