import { copyFile } from "node:fs/promises";
import { build } from "../../tsup.base.js";
import { oneFile } from "../../tsup.one-file.js";

const entry = (name: string) => `src/${name}/index.ts`;
const entries = ["src/index.ts", ...["health", "hpack", "reflection", "grpc-js", "status"].map(entry)];

export default [
  build(entries, {
    clean: ["!protobufjs"],
    // From the source: in a fresh clone nothing has been built that the package's own name could lead to.
    dts: {
      compilerOptions: { composite: false, paths: { "@go-plugin/grpc/protobufjs": ["./src/protobufjs/index.ts"] } },
      entry: [...entries, entry("protobufjs")],
    },
    noExternal: ["@go-plugin/wire"],
    // One file, which the generated code finds by its public name.
    external: ["@go-plugin/grpc/protobufjs"],
    esbuildPlugins: [oneFile("src/status/index.ts", "@go-plugin/grpc/status")],
  }),
  // On its own: what esbuild adds to CommonJS would be a file that every entry point loads.
  build([], {
    entry: { "protobufjs/index": entry("protobufjs") },
    clean: false,
    dts: false,
    noExternal: ["protobufjs/minimal.js"],
    esbuildPlugins: [
      {
        name: "no long",
        setup(build) {
          build.onResolve({ filter: /^long$/ }, () => ({ path: "long", namespace: "nothing" }));
          build.onLoad({ filter: /.*/, namespace: "nothing" }, () => ({ contents: "" }));
        },
      },
    ],
    onSuccess: async () => copyFile("../../node_modules/protobufjs/LICENSE", "dist/LICENSE.protobufjs"),
  }),
];
