import { build } from "../../tsup.base.js";

// The peer finds its program by the address of the module that starts it.
export default build(["src/index.ts", "src/commands/index.ts", "src/peer/main.ts"], { shims: true });
