import { unimplemented } from "@go-plugin/grpc";
import { definePlugins, fromTsProto, grpc } from "@go-plugin/proto";
import { expectTypeOf, test } from "vitest";
import { KVDefinition } from "../../../test/src/gen/ts-proto/adapter.js";
import { serve } from "./serve.js";

const service = fromTsProto(KVDefinition);
const definition = definePlugins({
  magicCookieKey: "A",
  magicCookieValue: "b",
  versions: { 1: grpc({ kv: service }), 2: grpc({ kv: service }) },
});
const kv = {
  get: ({ key }: { key: string }) => ({ value: Buffer.from(key) }),
  watch: () => [{ n: 1 }],
  collect: () => ({}),
  chat: () => [],
};

test("implementations follow from the definition", () => {
  // Checked by the compiler, never run: this process is no plugin.
  const check = async () => {
    await serve(definition, {
      1: { kv },
      2: {
        kv: ({ logger, signal, version, broker }) => {
          expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
          expectTypeOf(version).toEqualTypeOf<number>();
          expectTypeOf(broker.nextId).returns.toEqualTypeOf<number>();
          logger.info("implemented");
          return { ...kv, get: ({ key }) => ({ value: Buffer.from(key) }) };
        },
      },
    });
    // @ts-expect-error version 2 is missing
    await serve(definition, { 1: { kv } });
    // @ts-expect-error a method is missing
    await serve(definition, { 1: { kv }, 2: { kv: { get: kv.get } } });
    await serve(definition, {
      1: { kv },
      2: {
        kv: {
          ...unimplemented(service),
          get({ key }) {
            expectTypeOf(key).toEqualTypeOf<string>();
            return { value: Buffer.from(key) };
          },
        },
      },
    });
    // @ts-expect-error a response of another type
    await serve(definition, { 1: { kv }, 2: { kv: { ...kv, get: () => ({ value: "text" }) } } });
    // @ts-expect-error a plugin of another name
    await serve(definition, { 1: { kv }, 2: { store: kv } });
  };
  expectTypeOf(check).toBeFunction();
});

test("versions that depend on a condition have to be implemented", () => {
  const isNew = process.argv.length > 2;
  const conditional = definePlugins({
    magicCookieKey: "A",
    magicCookieValue: "b",
    versions: { 1: grpc({ kv: service }), ...(isNew ? { 2: grpc({ store: service }) } : {}) },
  });
  const check = async () => {
    await serve(conditional, {
      1: { kv },
      2: {
        store: ({ version }) => {
          expectTypeOf(version).toEqualTypeOf<number>();
          return { ...kv, get: ({ key }) => ({ value: Buffer.from(key) }) };
        },
      },
    });
    // @ts-expect-error version 2 is missing
    await serve(conditional, { 1: { kv } });
    // @ts-expect-error version 2 has another plugin
    await serve(conditional, { 1: { kv }, 2: { kv } });
  };
  expectTypeOf(check).toBeFunction();
});
