import { gob } from "@go-plugin/gob";
import { definePlugins, fromTsProto, grpc, method, netrpc } from "@go-plugin/proto";
import { expectTypeOf, test } from "vitest";
import { KVDefinition } from "../../../../test/src/gen/ts-proto/adapter.js";
import { pool } from "./pool.js";

const definition = definePlugins({
  magicCookieKey: "A",
  magicCookieValue: "b",
  versions: {
    2: netrpc({ greeter: { Greet: method(gob.interface(), gob.string) } }),
    3: grpc({ store: fromTsProto(KVDefinition) }),
  },
});

test("a pool's clients are typed as those of a launched plugin, with affinity beside their options", () => {
  // Checked by the compiler, never run: there is no plugin here.
  const check = async () => {
    const plugins = await pool(definition, { command: "x", size: 2 });
    if (plugins.version === 3) {
      const store = await plugins.dispense("store");
      expectTypeOf((await store.get({ key: "x" }, { affinity: "x", timeoutMs: 1 })).value).toEqualTypeOf<Uint8Array>();
      for await (const { n } of store.watch({ key: "x" }, { affinity: "x" })) expectTypeOf(n).toEqualTypeOf<number>();
      // @ts-expect-error a key is a string
      await store.get({ key: "x" }, { affinity: 1 });
      // @ts-expect-error a request is needed
      await store.get();
      expectTypeOf(await plugins.use(({ version }) => version)).toEqualTypeOf<3>();
    } else {
      const greeter = await plugins.dispense("greeter");
      expectTypeOf(await greeter.greet()).toEqualTypeOf<string>();
      expectTypeOf(await greeter.greet("x", { affinity: "x" })).toEqualTypeOf<string>();
      // @ts-expect-error only version 3 has it
      await plugins.dispense("store");
    }
    // @ts-expect-error the pool closes its processes
    await plugins.restart({ managed: false });
  };
  expectTypeOf(check).toBeFunction();
});
