import { build } from "../../tsup.base.js";

export default build(["src/index.ts", "src/build/cli.ts", "src/build/rehearsal.ts", "src/build/compilation.ts"]);
