import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// A lane of its own: these plugins need Python, Rust and Java, which npm test does not.
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    include: ["examples/languages/*.test.ts"],
    globalSetup: "examples/languages/build.ts",
    testTimeout: 120_000,
    hookTimeout: 1_800_000,
  },
});
