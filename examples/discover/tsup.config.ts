import { defineConfig } from "tsup";

export default defineConfig({
  entry: ["src/host.ts", "src/plugin.ts", "src/netrpc/host.ts", "src/netrpc/plugin.ts"],
  format: "esm",
  target: "node20",
  clean: true,
});
