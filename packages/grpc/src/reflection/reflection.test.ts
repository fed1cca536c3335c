import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { FieldDescriptorProto_Label, FieldDescriptorProto_Type, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { createClient } from "../client/client.js";
import { Status } from "../status/status.js";
import { collect, pair } from "../testing/pair.js";
import { createReflection, type ReflectionOptions, reflectionAlphaService, reflectionService } from "./index.js";

const optional = { label: FieldDescriptorProto_Label.OPTIONAL, type: FieldDescriptorProto_Type.INT32 };

function encodeSet(file: MessageInitShape<typeof FileDescriptorSetSchema>["file"]): Uint8Array {
  return toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: file ?? [] }));
}

const shop = encodeSet([
  { name: "base.proto", package: "base", messageType: [{ name: "Id" }] },
  {
    name: "money.proto",
    package: "shop",
    dependency: ["base.proto", "not/there.proto"],
    messageType: [{ name: "Money", extensionRange: [{ start: 100, end: 200 }] }],
  },
  {
    name: "shop.proto",
    package: "shop",
    dependency: ["money.proto", "base.proto"],
    messageType: [
      {
        name: "Order",
        field: [{ name: "total", number: 1, ...optional, oneofIndex: 0 }],
        oneofDecl: [{ name: "price" }],
        nestedType: [{ name: "Line", enumType: [{ name: "Kind", value: [{ name: "GIFT", number: 0 }] }] }],
        extension: [{ name: "inner", number: 101, extendee: ".shop.Money", ...optional }],
      },
    ],
    extension: [{ name: "currency", number: 100, extendee: ".shop.Money", ...optional }],
    service: [{ name: "Shop", method: [{ name: "Buy", inputType: ".shop.Order", outputType: ".shop.Order" }] }],
  },
]);

type Question = Parameters<typeof reflectionService.serverReflectionInfo.requestSerialize>[0];

async function ask(options: ReflectionOptions, questions: readonly Question[], service = reflectionService) {
  await using p = await pair({});
  p.server.addService(service, createReflection(options));
  return await collect(createClient(p.channel, service).serverReflectionInfo(questions));
}

const sizeOf = (answer: { fileDescriptorResponse?: { fileDescriptorProto?: unknown[] | null } | null } | undefined) =>
  answer?.fileDescriptorResponse?.fileDescriptorProto?.length;

test.each([
  ["v1", reflectionService],
  ["v1alpha", reflectionAlphaService as unknown as typeof reflectionService],
])("%s lists services, with and without descriptors", async (_version, service) => {
  const [answer] = await ask({ services: ["shop.Shop", "a.B"] }, [{ host: "here", listServices: "" }], service);
  expect(answer).toMatchObject({ validHost: "here", originalRequest: { host: "here" } });
  expect(answer?.listServicesResponse).toEqual({ service: [{ name: "a.B" }, { name: "shop.Shop" }] });
});

test.each([
  "shop.Order",
  "shop.Order.total",
  "shop.Order.price",
  "shop.Order.Line",
  "shop.Order.Line.Kind",
  "shop.Order.Line.GIFT",
  "shop.Order.inner",
  "shop.currency",
  "shop.Shop",
  "shop.Shop.Buy",
])("the file of %s comes first, then what it imports, each once", async (fileContainingSymbol) => {
  const [answer] = await ask({ services: [], descriptors: [shop] }, [{ fileContainingSymbol }]);
  const files = answer?.fileDescriptorResponse?.fileDescriptorProto ?? [];
  expect(files.map((file) => /[a-z]+\.proto/.exec(Buffer.from(file).toString("latin1"))?.[0])).toEqual([
    "shop.proto",
    "money.proto",
    "base.proto",
  ]);
});

test("a file already sent on the stream is sent again only on request", async () => {
  const [whole, imported, again] = await ask({ services: [], descriptors: [shop] }, [
    { fileByFilename: "shop.proto" },
    { fileByFilename: "money.proto" },
    { fileContainingSymbol: "shop.Shop" },
  ]);
  expect([sizeOf(whole), sizeOf(imported), sizeOf(again)]).toEqual([3, 1, 1]);
});

test("extensions", async () => {
  const [byNumber, numbers, none, unknownType, unknownNumber] = await ask({ services: [], descriptors: [shop] }, [
    { fileContainingExtension: { containingType: "shop.Money", extensionNumber: 101 } },
    { allExtensionNumbersOfType: "shop.Money" },
    { allExtensionNumbersOfType: "shop.Order" },
    { allExtensionNumbersOfType: "shop.Nothing" },
    { fileContainingExtension: { containingType: "shop.Money", extensionNumber: 7 } },
  ]);
  expect(sizeOf(byNumber)).toBe(3);
  expect(numbers?.allExtensionNumbersResponse).toEqual({ baseTypeName: "shop.Money", extensionNumber: [100, 101] });
  expect(none?.allExtensionNumbersResponse).toEqual({ baseTypeName: "shop.Order", extensionNumber: [] });
  expect(unknownType?.errorResponse?.errorCode).toBe(Status.NOT_FOUND);
  expect(unknownNumber?.errorResponse?.errorCode).toBe(Status.NOT_FOUND);
});

test("a name without a descriptor is NOT_FOUND, with advice", async () => {
  const [symbol, file] = await ask({ services: ["shop.Shop"] }, [
    { fileContainingSymbol: "shop.Shop" },
    { fileByFilename: "shop.proto" },
  ]);
  expect(symbol?.errorResponse).toMatchObject({
    errorCode: Status.NOT_FOUND,
    errorMessage: expect.stringContaining(
      'symbol "shop.Shop" is in no descriptor of this server; its author has to give',
    ),
  });
  expect(file?.errorResponse?.errorMessage).toContain('file "shop.proto"');
});

test("descriptors are loaded at the first question that needs them, once", async () => {
  let loads = 0;
  const load = async () => {
    loads++;
    return shop;
  };
  await ask({ services: [], descriptors: [load] }, [{ listServices: "" }]);
  expect(loads).toBe(0);
  const symbol = { fileContainingSymbol: "shop.Shop" };
  await ask({ services: [], descriptors: [load] }, [symbol, symbol]);
  expect(loads).toBe(1);
});

test("descriptors that do not load fail the call that needs them, and are tried again", async () => {
  let broken = true;
  const load = () => {
    if (broken) throw new Error("no such file");
    return shop;
  };
  await using p = await pair({});
  p.server.addService(reflectionService, createReflection({ services: [], descriptors: [load] }));
  const client = createClient(p.channel, reflectionService);
  const symbol = { fileContainingSymbol: "shop.Shop" };
  await expect(collect(client.serverReflectionInfo([symbol]))).rejects.toMatchObject({ details: "no such file" });
  broken = false;
  expect(sizeOf((await collect(client.serverReflectionInfo([symbol])))[0])).toBe(3);
});

test("health and reflection itself are always known", async () => {
  const answers = await ask({ services: [] }, [
    { fileContainingSymbol: "grpc.health.v1.Health" },
    { fileContainingSymbol: "grpc.reflection.v1.ServerReflection" },
    { fileContainingSymbol: "grpc.reflection.v1alpha.ServerReflection" },
  ]);
  expect(answers.map(sizeOf)).toEqual([1, 1, 1]);
});

test("an empty request is an INVALID_ARGUMENT", async () => {
  await expect(ask({ services: [] }, [{}])).rejects.toMatchObject({ code: Status.INVALID_ARGUMENT });
});
