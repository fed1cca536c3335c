import { gob } from "@go-plugin/gob";
import { definePlugins, fromTsProto, grpc, method, netrpc } from "@go-plugin/proto";
import { expectTypeOf, test } from "vitest";
import { KVDefinition } from "../../../test/src/gen/ts-proto/adapter.js";
import type { launch } from "./launch.js";
import type { Plugin } from "./plugin.js";

const KV = fromTsProto(KVDefinition);
const Greeter = {
  Greet: method(gob.interface(), gob.string),
  Put: method(gob.struct("PutArgs", { Key: gob.string, N: gob.int64 }), gob.interface()),
};
const definition = definePlugins({
  magicCookieKey: "A",
  magicCookieValue: "b",
  versions: { 2: netrpc({ greeter: Greeter }), 3: grpc({ store: KV, other: KV }) },
});
type Launched = Plugin<(typeof definition)["versions"]>;

test("the version narrows what can be dispensed", () => {
  expectTypeOf(definition).toExtend<Parameters<typeof launch>[0]>();
  expectTypeOf<Launched["version"]>().toEqualTypeOf<2 | 3>();
  // Checked by the compiler, never run: there is no plugin here.
  const check = async (plugin: Launched) => {
    if (plugin.version === 3) {
      const store = await plugin.dispense("store");
      const { value } = await store.get({ key: "x" }, { timeoutMs: 1_000 });
      expectTypeOf(value).toEqualTypeOf<Uint8Array>();
      for await (const { n } of store.watch({ key: "x" })) expectTypeOf(n).toEqualTypeOf<number>();
      class StoreClient {
        constructor(
          readonly address: string,
          readonly credentials: object,
          readonly options?: { readonly interceptors?: readonly ((options: { n: number }) => number)[] },
        ) {}
      }
      const old = await plugin.grpcClient(StoreClient, { interceptors: [({ n }) => n] });
      expectTypeOf(old).toEqualTypeOf<StoreClient>();
      // @ts-expect-error the class has no such option
      await plugin.grpcClient(StoreClient, { interceptor: [] });
      // @ts-expect-error a stream is no promise
      store.watch({ key: "x" }).then;
      // @ts-expect-error no field of that name
      await store.get({ keyy: "x" });
      // @ts-expect-error no method of that name
      store.nope;
      // @ts-expect-error only version 2 has it
      await plugin.dispense("greeter");
      // @ts-expect-error no version has it
      await plugin.dispense("nope");
      const served = plugin.broker.serve(KV, {
        get: ({ key }) => ({ value: Buffer.from(key) }),
        async *watch({ key }, { signal }) {
          if (!signal.aborted) yield { n: key.length };
        },
        collect: () => ({}),
        chat: () => [],
      });
      expectTypeOf(served.id).toEqualTypeOf<number>();
      // @ts-expect-error a method is missing
      plugin.broker.serve(KV, { get: () => ({ value: Buffer.alloc(0) }) });
    } else {
      const greeter = await plugin.dispense("greeter");
      expectTypeOf(await greeter.greet()).toEqualTypeOf<string>();
      await greeter.put({ Key: "a", N: 1n });
      // @ts-expect-error text is no integer
      await greeter.put({ Key: "a", N: "1" });
      // @ts-expect-error only version 3 has it
      await plugin.dispense("store");
    }
  };
  expectTypeOf(check).toBeFunction();
});
