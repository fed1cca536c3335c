import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gob } from "@go-plugin/gob";
import { Status, StatusError } from "@go-plugin/grpc";
import { method } from "@go-plugin/netrpc";
import { InterceptingCall, type Interceptor, makeGenericClientConstructor } from "@grpc/grpc-js";
import { afterAll, describe, expect, expectTypeOf, test, vi } from "vitest";
import { greeterPlugins as loggerPlugins, loggerService } from "../../../../examples/greeter-logger/src/shared.js";
import { definePlugins, netrpc } from "../definition.js";
import type { Implementations } from "../implementation.js";
import { testPlugin } from "./index.js";

const Log = { Log: method(gob.string, gob.emptyStruct) };
const Greeter = { Greet: method(gob.struct("Args", { Name: gob.string, Logger: gob.uint32 }), gob.string) };
const plugins = definePlugins({
  ...loggerPlugins,
  versions: { 1: loggerPlugins.versions[1], 2: netrpc({ greeter: Greeter }) },
});

const implementations: Implementations<typeof plugins.versions> = {
  1: {
    greeter: ({ broker, version }) => ({
      async greet({ name, loggerId }) {
        if (name === "") throw new StatusError(Status.INVALID_ARGUMENT, "no name");
        await using logger = await broker.connect(loggerId, loggerService);
        await logger.client.log({ message: `greeting ${name}` });
        return { greeting: `Hello, ${name}, from version ${version}!` };
      },
    }),
  },
  2: {
    greeter: ({ broker }) => ({
      async greet({ Name, Logger }) {
        if (Name === "") throw new Error("no name");
        await using logger = await broker.connect(Logger, Log);
        await logger.client.log(`greeting ${Name}`);
        return `Hello, ${Name}!`;
      },
    }),
  },
};

const directory = mkdtempSync(join(tmpdir(), "testing-"));
vi.stubEnv("TMPDIR", directory);
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

const handles = () => process.getActiveResourcesInfo().filter((name) => /PipeWrap|Timeout/.test(name));

describe.each([false, true])("gRPC, multiplexed %s", (multiplex) => {
  test("calls in both directions, errors, and an end that leaves nothing", async () => {
    const before = handles().length;
    const plugin = await testPlugin(plugins, implementations, { version: 1, multiplex });
    expectTypeOf(plugin.version).toEqualTypeOf<1>();
    expect(plugin).toMatchObject({ version: 1, protocol: "grpc" });
    await plugin.ping();
    const greeter = await plugin.dispense("greeter");
    const messages: string[] = [];
    const logger = plugin.broker.serve(loggerService, {
      log({ message }) {
        messages.push(message);
        return {};
      },
    });
    expect(await greeter.greet({ name: "Ada", loggerId: logger.id })).toEqual({
      greeting: "Hello, Ada, from version 1!",
    });
    expect(messages).toEqual(["greeting Ada"]);
    await expect(greeter.greet({ name: "", loggerId: 0 })).rejects.toMatchObject({ code: Status.INVALID_ARGUMENT });
    await Promise.all([plugin.close(), plugin.close()]);
    await expect(greeter.greet({ name: "Ada", loggerId: 1 })).rejects.toMatchObject({ code: Status.CANCELLED });
    expect(readdirSync(directory)).toEqual([]);
    await expect.poll(() => handles().length).toBeLessThanOrEqual(before);
  });
});

test("net/rpc: calls in both directions, errors, and an end that leaves nothing", async () => {
  const before = handles().length;
  const messages: string[] = [];
  {
    await using plugin = await testPlugin(plugins, { 2: implementations[2] }, { version: 2 });
    expectTypeOf(plugin.version).toEqualTypeOf<2>();
    await plugin.ping();
    const greeter = await plugin.dispense("greeter");
    const logger = plugin.broker.serve(Log, {
      log(message) {
        messages.push(message);
        return {};
      },
    });
    expect(await greeter.greet({ Name: "Bob", Logger: logger.id })).toBe("Hello, Bob!");
    await expect(greeter.greet({ Name: "", Logger: 0 })).rejects.toThrow("no name");
  }
  expect(messages).toEqual(["greeting Bob"]);
  expect(readdirSync(directory)).toEqual([]);
  await expect.poll(() => handles().length).toBeLessThanOrEqual(before);
});

test("the highest version unless another is asked for; `version` narrows", async () => {
  await using plugin = await testPlugin(plugins, implementations);
  expect(plugin.version).toBe(2);
  if (plugin.version === 1) {
    const greeter = await plugin.dispense("greeter");
    expectTypeOf(greeter.greet).parameter(0).toHaveProperty("loggerId");
  }
});

test("a version that cannot be served is refused", async () => {
  await expect(testPlugin(plugins, implementations, { version: 3 as 2 })).rejects.toThrow(
    "expected version to be one of 1,2, got 3",
  );
  // @ts-expect-error the implementations of version 1 are missing
  await expect(testPlugin(plugins, { 2: implementations[2] }, { version: 1 })).rejects.toThrow(
    'expected an implementation of "greeter" for version 1, got none',
  );
});

test("middleware of both sides, over the call", async () => {
  const seen: string[] = [];
  await using plugin = await testPlugin(plugins, implementations, {
    version: 1,
    interceptors: {
      host: [
        (next) => (call) => {
          seen.push(`host ${call.method.path}`);
          return next(call);
        },
      ],
      plugin: [
        (next) => (call) => {
          seen.push(`plugin ${call.method.path}`);
          return next(call);
        },
      ],
    },
  });
  const greeter = await plugin.dispense("greeter");
  await expect(greeter.greet({ name: "", loggerId: 0 })).rejects.toThrow("no name");
  const greets = seen.filter((call) => call.endsWith("Greet"));
  expect(greets).toEqual(["host /greeter_logger.Greeter/Greet", "plugin /greeter_logger.Greeter/Greet"]);
});

test("a client of grpc-js has its own options", async () => {
  await using plugin = await testPlugin(plugins, implementations, { version: 1 });
  const seen: string[] = [];
  const record: Interceptor = (options, nextCall) => {
    seen.push(options.method_definition.path);
    return new InterceptingCall(nextCall(options));
  };
  const GreeterClient = makeGenericClientConstructor(loggerPlugins.versions[1].services.greeter as never, "Greeter");
  const client = await plugin.grpcClient(GreeterClient, { interceptors: [record] });
  const error = await new Promise((resolve) => client.greet!({ name: "", loggerId: 0 }, resolve));
  expect(error).toMatchObject({ code: Status.INVALID_ARGUMENT, details: "no name" });
  expect(seen).toEqual(["/greeter_logger.Greeter/Greet"]);
});
