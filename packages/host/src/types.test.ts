import { gob } from "@go-plugin/gob";
import { definePlugins, fromTsProto, grpc, method, netrpc } from "@go-plugin/proto";
import { versionsOf } from "@go-plugin/proto/internal";
import { expect, expectTypeOf, test } from "vitest";
import { KVDefinition } from "../../../test/src/gen/ts-proto/adapter.js";
import { launch } from "./launch.js";
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

const Other = {
  get: { ...KV.get, responseDeserialize: (_: Buffer) => ({ text: "" }) },
} as const;

test("a name that several versions have with other sets is dispensed before the version is known", () => {
  const definition = definePlugins({
    magicCookieKey: "A",
    magicCookieValue: "b",
    versions: { 1: grpc({ kv: KV, old: KV }), 2: grpc({ kv: Other, fresh: KV }), 3: netrpc({ kv: Greeter }) },
  });
  const check = async (plugin: Plugin<(typeof definition)["versions"]>) => {
    const kv = await plugin.dispense("kv");
    if ("greet" in kv) expectTypeOf(await kv.greet()).toEqualTypeOf<string>();
    else if ("watch" in kv) expectTypeOf((await kv.get({ key: "x" })).value).toEqualTypeOf<Uint8Array>();
    else expectTypeOf((await kv.get({ key: "x" })).text).toEqualTypeOf<string>();
    // @ts-expect-error not every version has it
    await plugin.dispense("old");
    if (plugin.version === 2) {
      expectTypeOf((await (await plugin.dispense("kv")).get({ key: "x" })).text).toEqualTypeOf<string>();
      await plugin.dispense("fresh");
      // @ts-expect-error only version 1 has it
      await plugin.dispense("old");
    }
    const only: Pick<typeof plugin, "dispense"> = plugin;
    expectTypeOf(await only.dispense("kv")).toEqualTypeOf<typeof kv>();
  };
  expectTypeOf(check).toBeFunction();
});

test("versions that depend on a condition keep their types", () => {
  const isNew = process.argv.length > 2;
  const spread = definePlugins({
    magicCookieKey: "A",
    magicCookieValue: "b",
    versions: { 1: grpc({ kv: KV }), ...(isNew ? { 2: grpc({ kv: Other, fresh: KV }) } : {}) },
  });
  const ternary = definePlugins({
    magicCookieKey: "A",
    magicCookieValue: "b",
    versions: isNew ? { 1: grpc({ kv: KV }), 2: grpc({ kv: Other, fresh: KV }) } : { 1: grpc({ kv: KV }) },
  });
  const optional = definePlugins({
    magicCookieKey: "A",
    magicCookieValue: "b",
    versions: { 1: grpc({ kv: KV }), 2: isNew ? grpc({ kv: Other, fresh: KV }) : undefined },
  });
  expect(versionsOf(optional)).toEqual(isNew ? [1, 2] : [1]);
  const check = async (
    plugin:
      | Plugin<(typeof spread)["versions"]>
      | Plugin<(typeof ternary)["versions"]>
      | Plugin<(typeof optional)["versions"]>,
    test: boolean,
  ) => {
    expectTypeOf(plugin.version).toEqualTypeOf<1 | 2>();
    if (plugin.version === 2) {
      expectTypeOf(plugin.dispense).toBeFunction();
    }
    const first = await launch(test ? spread : spread, { command: "x" });
    if (first.version === 2) await first.dispense("fresh");
    expectTypeOf((await launch(ternary, { command: "x" })).version).toEqualTypeOf<1 | 2>();
    const third = await launch(optional, { command: "x" });
    if (third.version === 1)
      expectTypeOf((await (await third.dispense("kv")).get({ key: "x" })).value).toEqualTypeOf<Uint8Array>();
    else expectTypeOf((await (await third.dispense("kv")).get({ key: "x" })).text).toEqualTypeOf<string>();
    // @ts-expect-error version 1 has none
    await third.dispense("fresh");
  };
  expectTypeOf(check).toBeFunction();
});
