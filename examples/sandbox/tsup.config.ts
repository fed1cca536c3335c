import { defineConfig } from "tsup";

export default defineConfig({
  entry: ["src/host.ts"],
  format: "esm",
  target: "node20",
  clean: true,
});
