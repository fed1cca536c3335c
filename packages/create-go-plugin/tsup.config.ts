import { build } from "../../tsup.base.js";

export default build(["src/main.ts"], { format: ["esm"], dts: false });
