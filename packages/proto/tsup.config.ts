import { build } from "../../tsup.base.js";

const entries = ["index", "handshake/index", "internal/index", "protobuf-es/index", "testing/index"];

export default build(
  entries.map((entry) => `src/${entry}.ts`),
  {
    esbuildPlugins: [
      {
        // One file for all that is loaded at every start. Left to itself, esbuild makes one of each set of modules that
        // the same entries use, and each file costs every start its time.
        name: "internal is one file",
        setup(build) {
          build.onResolve({ filter: /\/internal\/index\.js$/ }, () => ({
            path: "@go-plugin/proto/internal",
            external: true,
            sideEffects: false,
          }));
        },
      },
    ],
  },
);
