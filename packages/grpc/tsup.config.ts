import { copyFile } from "node:fs/promises";
import { build } from "../../tsup.base.js";

const entries = [
  "index",
  "health/index",
  "hpack/index",
  "reflection/index",
  "protobufjs/index",
  "grpc-js/index",
  "status/index",
];

export default build(
  entries.map((entry) => `src/${entry}.ts`),
  {
    noExternal: ["protobufjs/minimal.js", "@go-plugin/wire"],
    // One file, which the generated code imports by its public name.
    external: ["@go-plugin/grpc/protobufjs"],
    esbuildPlugins: [
      {
        name: "no long",
        setup(build) {
          build.onResolve({ filter: /^long$/ }, () => ({ path: "long", namespace: "nothing" }));
          build.onLoad({ filter: /.*/, namespace: "nothing" }, () => ({ contents: "" }));
        },
      },
    ],
    onSuccess: () => copyFile("../../node_modules/protobufjs/LICENSE", "dist/LICENSE.protobufjs"),
  },
);
