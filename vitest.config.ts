import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));

// Unit tests run on the sources; the processes that tests start run on the build.
const alias = [
  {
    find: /^@go-plugin\/(conformance|grpc|netrpc|proto|proxy)\/(.+)$/,
    replacement: `${root}packages/$1/src/$2/index.ts`,
  },
  { find: /^@go-plugin\/test\/(.+)$/, replacement: `${root}test/src/$1.ts` },
  {
    find: /^@go-plugin\/(wire|yamux|gob|grpc|netrpc|proto|host|plugin|proxy|conformance)$/,
    replacement: `${root}packages/$1/src/index.ts`,
  },
];

// Some versions of Node read these certificates at every start, and the tests start many processes.
delete process.env.NODE_EXTRA_CA_CERTS;
delete process.env.NODE_OPTIONS;

const project = (name: string, include: string[], more: object = {}) => ({
  resolve: { alias },
  test: {
    name,
    include,
    setupFiles: `${root}test/src/fixed-seed.ts`,
    testTimeout: 60_000,
    hookTimeout: 300_000,
    ...more,
  },
});

export default defineConfig({
  test: {
    // Much of the time is spent waiting for processes.
    maxWorkers: availableParallelism() + 1,
    projects: [
      project("unit", ["packages/*/src/**/*.test.ts", "test/src/**/*.test.ts"]),
      project("fault", ["test/fault/**/*.test.ts"], { globalSetup: "test/src/build-fixtures.ts" }),
      // Tests in other languages have a lane of their own: they need more than Node.js and Go.
      project("examples", ["examples/**/*.test.ts"], {
        exclude: ["**/node_modules/**", "examples/languages/**"],
        globalSetup: "examples/build-go.ts",
      }),
      // Each file measures memory, so it runs alone in its process.
      project("hostile", ["test/hostile/**/*.test.ts"], { fileParallelism: false }),
      project("conformance", ["test/conformance/**/*.test.ts"], { testTimeout: 120_000 }),
      project("repository", ["scripts/**/*.test.ts"]),
      project("workbench", ["interop/workbench/**/*.product.ts"], {
        globalSetup: "interop/workbench/build-products.ts",
      }),
      project("interop", ["interop/**/*.test.ts"], {
        globalSetup: ["test/src/build-fixtures.ts", "interop/src/build-go.ts"],
      }),
    ],
  },
});
