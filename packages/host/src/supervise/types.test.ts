import { gob } from "@go-plugin/gob";
import { definePlugins, fromTsProto, grpc, method, netrpc } from "@go-plugin/proto";
import { expectTypeOf, test } from "vitest";
import { KVDefinition } from "../../../../test/src/gen/ts-proto/adapter.js";
import { supervise } from "./supervise.js";

const definition = definePlugins({
  magicCookieKey: "A",
  magicCookieValue: "b",
  versions: {
    2: netrpc({ greeter: { Greet: method(gob.interface(), gob.string) } }),
    3: grpc({ store: fromTsProto(KVDefinition) }),
  },
});

test("a supervised plugin's types are those of a launched one", () => {
  // Checked by the compiler, never run: there is no plugin here.
  const check = async () => {
    const plugin = await supervise(definition, {
      command: "x",
      async prepare(current) {
        expectTypeOf(current.version).toEqualTypeOf<2 | 3>();
        if (current.version === 2)
          expectTypeOf(await (await current.dispense("greeter")).greet()).toEqualTypeOf<string>();
        // @ts-expect-error it belongs to its supervisor
        current.detach();
      },
    });
    if (plugin.version === 3) {
      const store = await plugin.dispense("store");
      expectTypeOf((await store.get({ key: "x" }, { timeoutMs: 1 })).value).toEqualTypeOf<Uint8Array>();
      for await (const { n } of store.watch({ key: "x" })) expectTypeOf(n).toEqualTypeOf<number>();
      const current = await plugin.current();
      expectTypeOf(current.version).toEqualTypeOf<3>();
      // @ts-expect-error only version 2 has it
      await current.dispense("greeter");
    } else {
      expectTypeOf(await (await plugin.dispense("greeter")).greet()).toEqualTypeOf<string>();
      // @ts-expect-error only version 3 has it
      await plugin.dispense("store");
    }
    for await (const event of plugin.events) {
      if (event.type === "exited") expectTypeOf(event.stderrTail).toEqualTypeOf<string>();
    }
  };
  expectTypeOf(check).toBeFunction();
});
