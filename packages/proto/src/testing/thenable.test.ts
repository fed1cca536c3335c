import { gob } from "@go-plugin/gob";
import { method } from "@go-plugin/netrpc";
import { makeGenericClientConstructor } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { loggerService } from "../../../../examples/greeter-logger/src/shared.js";
import { definePlugins, grpc, netrpc } from "../definition.js";
import { testPlugin } from "./index.js";

// A client with a method `then` would be called by `await dispense(…)`, which then never settles.
test("a net/rpc method named Then leaves its client no thenable", async () => {
  const service = { Then: method(gob.int, gob.int), Add: method(gob.int, gob.int) };
  const set = definePlugins({ magicCookieKey: "A", magicCookieValue: "b", versions: { 1: netrpc({ math: service }) } });
  await using plugin = await testPlugin(set, { 1: { math: () => ({ Then: (n) => n + 1, add: (n) => n + 2 }) } });
  const math = await plugin.dispense("math");
  expect([await math.Then(1), await math.add(1)]).toEqual([2, 3]);
});

test("a gRPC method named Then leaves neither our client nor one of grpc-js a thenable", async () => {
  // biome-ignore lint/suspicious/noThenProperty: the name of a method
  const service = { then: loggerService.log };
  const set = definePlugins({ magicCookieKey: "A", magicCookieValue: "b", versions: { 1: grpc({ log: service }) } });
  const seen: string[] = [];
  await using plugin = await testPlugin(set, {
    1: {
      log: () => ({
        Then({ message }) {
          seen.push(message);
          return {};
        },
      }),
    },
  });
  const client = await plugin.dispense("log");
  await client.Then({ message: "ours" });
  const Client = makeGenericClientConstructor({ Then: { ...service.then, originalName: "then" } } as never, "Log");
  const stock = await plugin.grpcClient(Client);
  await new Promise<void>((resolve, reject) => {
    stock.Then!({ message: "grpc-js" }, (error: Error | null) => (error ? reject(error) : resolve()));
  });
  expect(seen).toEqual(["ours", "grpc-js"]);
});
