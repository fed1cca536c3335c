import { fileURLToPath } from "node:url";
import type { MethodDefinition, ServiceClient, ServiceImplementation } from "@go-plugin/grpc";
import { loadPackageDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { KVHandlers, KVDefinition as LoadedKV } from "../../../../test/src/gen/proto-loader/adapter/test/KV.js";
import type { ProtoGrpcType } from "../../../../test/src/gen/proto-loader/adapter.js";
import { KV as EsKV } from "../../../../test/src/gen/protobuf-es/adapter_pb.js";
import { adapter } from "../../../../test/src/gen/protobufjs/adapter.js";
import { KVDefinition } from "../../../../test/src/gen/ts-proto/adapter.js";
import { descriptorsOf, fromProtobufEs } from "../protobuf-es/index.js";
import { fromProtoLoader } from "./proto-loader.js";
import { fromProtobufjs } from "./protobufjs.js";
import { fromTsProto } from "./ts-proto.js";

const protoFile = fileURLToPath(new URL("../../../../test/proto/adapter.proto", import.meta.url));
const loaded = loadPackageDefinition(loadSync(protoFile)) as unknown as ProtoGrpcType;

const services = {
  "ts-proto": fromTsProto(KVDefinition),
  "proto-loader": fromProtoLoader<LoadedKV, KVHandlers>(loaded.adapter.test.KV.service),
  protobufjs: fromProtobufjs(adapter.test.KV, adapter.test),
  "protobufjs, from the module's root": fromProtobufjs(adapter.test.KV, { adapter }),
  "protobuf-es": fromProtobufEs(EsKV),
};

describe.each(Object.entries(services))("%s", (_, definition) => {
  const methods = Object.fromEntries(
    (Object.entries(definition) as [string, MethodDefinition][]).map(([key, method]) => [key.toLowerCase(), method]),
  );

  test("every method with its path and its kind", () => {
    const kinds = Object.values(methods).map(({ path, requestStream, responseStream }) => [
      path,
      requestStream,
      responseStream,
    ]);
    expect(kinds).toEqual([
      ["/adapter.test.KV/Get", false, false],
      ["/adapter.test.KV/Watch", false, true],
      ["/adapter.test.KV/Collect", true, false],
      ["/adapter.test.KV/Chat", true, true],
    ]);
  });

  test("messages as protobuf has them on the wire", () => {
    const { get, watch, collect } = methods as Record<"get" | "watch" | "collect", MethodDefinition>;
    const request = get.requestSerialize({ key: "k" });
    expect(Buffer.from(request).toString("hex")).toBe("0a016b");
    expect(get.requestDeserialize(Buffer.from(request)).key).toBe("k");
    const response = get.responseSerialize({ value: Buffer.from("v") });
    expect(Buffer.from(response).toString("hex")).toBe("0a0176");
    expect(Buffer.from(get.responseDeserialize(Buffer.from(response)).value).toString()).toBe("v");
    expect(watch.responseDeserialize(Buffer.from("0807", "hex")).n).toBe(7);
    expect(collect.responseSerialize({})).toHaveLength(0);
  });
});

test("a service that no adapter accepts is refused with the reason", () => {
  expect(() =>
    fromProtobufjs(
      class Old {
        get() {}
      },
      {},
    ),
  ).toThrow(/expected Old.prototype.get to carry its path.*protobufjs-cli 2/);
  expect(() => fromProtobufjs(adapter.test.KV, { Other: {} })).toThrow(
    /expected message .*GetRequest of \/adapter.test.KV\/Get.*found Other/,
  );
  expect(() => fromProtoLoader<object, object>({ get: {} })).toThrow(/proto-loader loaded.*got "get"/);
});

test("protobuf-es: descriptors for reflection, imports first", () => {
  expect(Buffer.from(descriptorsOf(EsKV)).includes("adapter.proto")).toBe(true);
});

test("types: requests, responses and streams of every generator", () => {
  type TsProto = ServiceClient<(typeof services)["ts-proto"]>;
  expectTypeOf<ReturnType<TsProto["get"]>>().toEqualTypeOf<Promise<{ value: Uint8Array }>>();
  expectTypeOf<ReturnType<TsProto["watch"]>>().toEqualTypeOf<AsyncIterable<{ n: number }>>();
  expectTypeOf<Parameters<TsProto["get"]>[0]>().toEqualTypeOf<{ key: string }>();

  type Loader = ServiceClient<(typeof services)["proto-loader"]>;
  expectTypeOf<Awaited<ReturnType<Loader["get"]>>>().toHaveProperty("value");
  expectTypeOf<ReturnType<Loader["watch"]>>().toExtend<AsyncIterable<{ n?: number }>>();
  expectTypeOf<ReturnType<Loader["collect"]>>().toExtend<Promise<object>>();
  expectTypeOf<ReturnType<Loader["chat"]>>().toExtend<AsyncIterable<object>>();

  type Protobufjs = ServiceClient<(typeof services)["protobufjs"]>;
  expectTypeOf<Awaited<ReturnType<Protobufjs["get"]>>["value"]>().toEqualTypeOf<Uint8Array>();
  expectTypeOf<ReturnType<Protobufjs["watch"]>>().toExtend<AsyncIterable<{ n: number }>>();

  type Es = ServiceClient<(typeof services)["protobuf-es"]>;
  expectTypeOf<{ key: "k" }>().toExtend<Parameters<Es["get"]>[0]>();
  expectTypeOf<Awaited<ReturnType<Es["get"]>>["value"]>().toExtend<Uint8Array>();
  expectTypeOf<ReturnType<Es["chat"]>>().toExtend<AsyncIterable<{ value: Uint8Array }>>();

  type Implementation = ServiceImplementation<(typeof services)["ts-proto"]>;
  expectTypeOf<Parameters<Implementation["collect"]>[0]>().toEqualTypeOf<AsyncIterable<{ key: string }>>();
  // @ts-expect-error a field of another name
  expectTypeOf<{ keyy: string }>().toExtend<Parameters<TsProto["get"]>[0]>();
});
