import { build } from "../../tsup.base.js";
import { oneFile } from "../../tsup.one-file.js";

export default build(["src/index.ts", "src/service/index.ts"], {
  esbuildPlugins: [oneFile("src/service/index.ts", "@go-plugin/netrpc/service")],
});
