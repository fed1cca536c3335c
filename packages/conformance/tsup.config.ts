import { build } from "../../tsup.base.js";

// Where the program of the kit's plugins is, is known by the address of the module that starts it.
export default build(["src/index.ts", "src/commands/index.ts", "src/peer/main.ts"], { shims: true });
