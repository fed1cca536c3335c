import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { createClient, Status } from "@go-plugin/grpc";
import { createReflection, reflectionAlphaService, reflectionService } from "@go-plugin/grpc/reflection";
import { expect, test } from "vitest";
import { pair } from "../../../grpc/src/testing/pair.js";
import { reflect } from "./reflect.js";

const descriptors = toBinary(
  FileDescriptorSetSchema,
  create(FileDescriptorSetSchema, {
    file: [
      {
        name: "shop.proto",
        package: "shop",
        messageType: [{ name: "Order" }],
        service: [{ name: "Shop", method: [{ name: "Buy", inputType: ".shop.Order", outputType: ".shop.Order" }] }],
      },
    ],
  }),
);

test.each([
  ["v1", reflectionService],
  ["v1alpha", reflectionAlphaService as unknown as typeof reflectionService],
] as const)("a server that has %s alone is asked in it", async (version, service) => {
  await using p = await pair({});
  p.server.addService(service, createReflection({ services: ["shop.Shop"], descriptors: [descriptors] }));
  const reflected = await reflect((asked) => createClient(p.channel, asked as typeof reflectionService));
  expect(reflected).toMatchObject({ version, services: ["shop.Shop"] });
  expect(reflected.schema.service("shop.Shop")?.methods.map(({ name }) => name)).toEqual(["Buy"]);
});

test("a server without reflection is told apart by its status", async () => {
  await using p = await pair({});
  const attempt = reflect((asked) => createClient(p.channel, asked as typeof reflectionService));
  await expect(attempt).rejects.toMatchObject({ code: Status.UNIMPLEMENTED });
});
