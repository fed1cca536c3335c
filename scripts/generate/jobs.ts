/** Static code by protobufjs: `<to>.js` and `<to>.d.ts`, of `protos` below the folder `from`, over `runtime`. */
export interface CodeJob {
  readonly kind: "code";
  readonly from: string;
  readonly protos: readonly string[];
  readonly to: string;
  readonly runtime?: string;
  readonly options?: readonly string[];
}

/** A function that returns the encoded FileDescriptorSet of `protos`, imports included. */
export interface DescriptorsJob {
  readonly kind: "descriptors";
  readonly from: string;
  readonly protos: readonly string[];
  readonly to: string;
}

/** The output of the plugins in the buf.gen.yaml of the folder `from`. */
export interface BufJob {
  readonly kind: "buf";
  readonly from: string;
}

/** The numbered rules of the pages in the folder `from`: as data, and as the copy in packages/conformance. */
export interface RulesJob {
  readonly kind: "rules";
  readonly from: string;
  readonly to: string;
  readonly module: string;
}

/** The output of tools/gob-schema, with its options, for services of the Go package `from`/`goPackage`. */
export interface SchemaJob {
  readonly kind: "schema";
  readonly from: string;
  readonly goPackage: string;
  readonly names: readonly string[];
  readonly options?: readonly string[];
  readonly to: string;
}

/** The animated picture of the demo. */
export interface PictureJob {
  readonly kind: "picture";
  readonly to: string;
}

export type Job = CodeJob | DescriptorsJob | BufJob | RulesJob | SchemaJob | PictureJob;

/** protobufjs as the packages bundle it. */
const ownRuntime = "@go-plugin/grpc/protobufjs";

export const jobs: readonly Job[] = [
  {
    kind: "code",
    from: "packages/grpc/proto",
    protos: ["grpc/health/v1/health.proto"],
    to: "packages/grpc/src/health/gen/health",
    runtime: ownRuntime,
  },
  {
    kind: "code",
    from: "packages/grpc/proto",
    protos: ["grpc/reflection/v1/reflection.proto"],
    to: "packages/grpc/src/reflection/gen/reflection",
    runtime: ownRuntime,
  },
  {
    kind: "code",
    from: "packages/grpc/proto",
    protos: ["descriptor-index.proto"],
    to: "packages/grpc/src/reflection/gen/descriptor-index",
    runtime: ownRuntime,
    options: ["--no-encode"],
  },
  {
    kind: "code",
    from: "packages/proto/proto",
    protos: ["grpc_broker.proto", "grpc_controller.proto", "grpc_stdio.proto"],
    to: "packages/proto/src/grpc/gen/plugin",
    runtime: ownRuntime,
  },
  {
    kind: "descriptors",
    from: "packages/proto/proto",
    protos: ["grpc_broker.proto", "grpc_controller.proto", "grpc_stdio.proto"],
    to: "packages/proto/src/grpc/gen/descriptors",
  },
  {
    kind: "descriptors",
    from: "packages/grpc/proto",
    protos: [
      "grpc/health/v1/health.proto",
      "grpc/reflection/v1/reflection.proto",
      "grpc/reflection/v1alpha/reflection.proto",
    ],
    to: "packages/grpc/src/reflection/gen/descriptors",
  },
  {
    kind: "descriptors",
    from: "packages/proxy/proto",
    protos: ["error_details.proto"],
    to: "packages/proxy/src/schema/gen/error-details",
  },
  {
    kind: "descriptors",
    from: "packages/proto/proto",
    protos: ["grpc_broker.proto", "grpc_controller.proto", "grpc_stdio.proto"],
    to: "packages/proxy/src/schema/gen/protocol",
  },
  {
    kind: "descriptors",
    from: "packages/grpc/proto",
    protos: [
      "grpc/health/v1/health.proto",
      "grpc/reflection/v1/reflection.proto",
      "grpc/reflection/v1alpha/reflection.proto",
    ],
    to: "packages/proxy/src/schema/gen/standard",
  },
  {
    kind: "descriptors",
    from: "interop/proto/behaviour",
    protos: ["behaviour.proto"],
    to: "interop/grpc/gen/descriptors",
  },
  {
    kind: "code",
    from: "bench/proto",
    protos: ["bench.proto"],
    to: "bench/programs/gen/bench",
  },
  { kind: "buf", from: "test/proto" },
  { kind: "buf", from: "interop/proto/behaviour" },
  { kind: "buf", from: "interop/proto/grpc-testing" },
  { kind: "buf", from: "interop/proto/broker" },
  { kind: "buf", from: "interop/proto/bidirectional" },
  { kind: "buf", from: "interop/proto/streaming" },
  { kind: "buf", from: "bench/go" },
  { kind: "buf", from: "examples/greeter" },
  { kind: "buf", from: "examples/greeter/go" },
  { kind: "buf", from: "examples/greeter-logger" },
  { kind: "buf", from: "examples/greeter-logger/go" },
  { kind: "buf", from: "examples/kv" },
  { kind: "buf", from: "examples/discover" },
  { kind: "buf", from: "examples/discover/go" },
  { kind: "buf", from: "examples/host-upgrade" },
  { kind: "buf", from: "examples/host-upgrade/go" },
  { kind: "buf", from: "examples/opentelemetry" },
  { kind: "buf", from: "examples/opentelemetry/go" },
  {
    kind: "rules",
    from: "docs/protocol",
    to: "docs/protocol/rules.json",
    module: "packages/conformance/src/gen/rules.ts",
  },
  { kind: "picture", to: "docs/demo.svg" },
  {
    kind: "schema",
    from: "tools/gob-schema",
    goPackage: "./testdata/products",
    names: ["HooksServer", "Store"],
    to: "interop/gob/gen/products.ts",
  },
  {
    kind: "schema",
    from: "tools/gob-schema/testdata/inventory",
    goPackage: ".",
    names: ["StoreServer", "ListenerServer"],
    to: "tools/gob-schema/testdata/inventory/gen/inventory.ts",
  },
  {
    kind: "schema",
    from: "interop",
    goPackage: "./netrpcscenario",
    names: ["Caller", "Echo", "NewerRequest"],
    options: ["-typed", "-use", "time.Time=@go-plugin/gob:goTime", "-use", "net/url.URL=../url.js:url"],
    to: "interop/netrpc/gen/scenario.ts",
  },
];
