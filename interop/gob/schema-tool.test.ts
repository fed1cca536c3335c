import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as gob from "@go-plugin/gob";
import { describe, expect, test } from "vitest";
import { goProgram } from "../src/build-go.js";
import { Driver } from "./driver.js";
import * as products from "./gen/products.js";

const { HooksServer: _hooks, Store: _store, registry, ...types } = products;
const schemas: Readonly<Record<string, gob.AnyType>> = types;

/** Runs the tool on a package of its testdata. */
async function runTool(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const cwd = fileURLToPath(new URL("../../tools/gob-schema", import.meta.url));
  return promisify(execFile)(goProgram("gob-schema"), args, { cwd });
}

describe("what gob-schema writes", () => {
  test("random values of all its types come back to Go as what Go makes of its own bytes", async () => {
    await using peer = new Driver(goProgram("gob-schema-peer"));
    const { names } = await peer.ask({ op: "names" });
    expect(names).toEqual(Object.keys(schemas).sort());
    for (const [name, schema] of Object.entries(schemas)) {
      const values = { name, seed: 7, count: 50 };
      const { hex, error } = await peer.ask({ op: "encode", ...values });
      expect(error, name).toBeUndefined();
      const returned = hex!.map((text) => {
        const value: unknown = gob.decode(schema, Buffer.from(text, "hex"), { registry });
        return Buffer.from(gob.encode(schema, value as never, { registry })).toString("hex");
      });
      expect(await peer.ask({ op: "compare", ...values, hex: returned }), name).toEqual({});
    }
  });

  test("interface values have the names that Go has registered", async () => {
    await using peer = new Driver(goProgram("gob-schema-peer"));
    const values: [name: string, value: unknown, inGo: string][] = [
      ["*products.Failure", { Message: "no" }, "*products.Failure no"],
      [
        "*model.Page[*github.com/go-plugin-typescript/go-plugin-typescript/tools/gob-schema/testdata/products/model.Line]",
        { Items: [] },
        "*model.Page[*github.com/go-plugin-typescript/go-plugin-typescript/tools/gob-schema/testdata/products/model.Line] &{[] <nil>}",
      ],
      ["[]*model.Line", [], "[]*model.Line []"],
      [
        "github.com/go-plugin-typescript/go-plugin-typescript/tools/gob-schema/testdata/products.Circle",
        { Radius: 2 },
        "products.Circle {2}",
      ],
      [
        "github.com/go-plugin-typescript/go-plugin-typescript/tools/gob-schema/testdata/products.Level",
        3,
        "products.Level 3",
      ],
      [
        "github.com/go-plugin-typescript/go-plugin-typescript/tools/gob-schema/testdata/products/model.Page[string]",
        { Items: ["a"] },
        "model.Page[string] {[a] <nil>}",
      ],
      ["map[string][]string", { a: ["b"] }, "map[string][]string map[a:[b]]"],
      ["products.Arguments", { Name: "x" }, "products.Arguments {x map[] <nil>}"],
      ["struct { A int }", { A: 2 }, "struct { A int } {2}"],
      [
        `map[string]struct { A *products.Level "json:\\"a\\""; products.Circle }`,
        { k: { A: null, Circle: { Radius: 2 } } },
        `map[string]struct { A *products.Level "json:\\"a\\""; products.Circle } map[k:{<nil> {2}}]`,
      ],
    ];
    const hex = values.map(([name, value]) =>
      Buffer.from(gob.encode(gob.interface(), gob.typed(name, value), { registry })).toString("hex"),
    );
    const { names, error } = await peer.ask({ op: "type of any", hex });
    expect(error).toBeUndefined();
    expect(names).toEqual(values.map(([, , inGo]) => inGo));
  });

  test("a type that encodes itself by what it embeds has its schema", () => {
    expect(products.Event).toBe(gob.time);
  });

  test("a service's methods are those that net/rpc can call", () => {
    expect(Object.keys(products.HooksServer)).toEqual(["OnActivate", "PlaceOrder"]);
    expect(products.Store.Renamed).toEqual({ args: products.Order, reply: products.ModelOrder });
    expect(products.Store.Times).toEqual({ args: gob.slice(gob.time), reply: products.Duration });
  });
});

test("the npm package's command writes the same as the Go program", async () => {
  const command = fileURLToPath(new URL("../../tools/gob-schema/bin/gob-schema.mjs", import.meta.url));
  const cwd = fileURLToPath(new URL("../../tools/gob-schema/testdata/inventory", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [command, ".", "StoreServer", "ListenerServer"], {
    cwd,
  });
  expect(stdout).toBe(await readFile(`${cwd}/gen/inventory.ts`, "utf8"));
});

describe("what gob-schema says", () => {
  test("which methods it leaves out, and why", async () => {
    const { stdout, stderr } = await runTool("./testdata/products", "HooksServer");
    for (const output of [stdout, stderr]) {
      expect(output).toContain("Close: it has 0 parameters, net/rpc wants 2.");
      expect(output).toContain("Watch: Subscription.Topics: gob cannot send chan string.");
    }
  });

  test("which types Go itself cannot read", async () => {
    const { stdout, stderr } = await runTool("./testdata/products", "Unreadable");
    expect(stdout).toContain("export const Unreadable: gob.Type<Unreadable> = gob.lazy(() => gob.slice(Unwritable));");
    expect(stderr).toMatch(/Unwritable.* refer to each other without a struct between them/);
  });

  test.each([
    ["Hooks", /Hooks is an interface without methods that net\/rpc can call.*HooksServer, Store/],
    ["Subscription", /Subscription\.Topics: gob cannot send chan string/],
    ["Nothing", /has no type Nothing/],
  ])("why it cannot describe %s", async (name, message) => {
    await expect(runTool("./testdata/products", name)).rejects.toMatchObject({ code: 1, stdout: "", stderr: message });
  });

  test.each([
    [["./testdata/nowhere"], /go list failed/],
    [["./testdata/products/model"], /no type with methods that net\/rpc can call/],
    [["-use", "time.Time", "./testdata/products"], /expected -use type=module:name/],
  ])("what is wrong with %j", async (args, message) => {
    await expect(runTool(...args)).rejects.toMatchObject({ code: 1, stdout: "", stderr: message });
  });

  test("schemas of one's own are imported", async () => {
    const uses = ["-use", "net/url.URL=./codecs.js:url", "-use", "time.Time=@go-plugin/gob:goTime"];
    const { stdout } = await runTool(...uses, "./testdata/products", "Selves");
    expect(stdout).toContain('import { gob, goTime } from "@go-plugin/gob";\nimport { url } from "./codecs.js";\n');
    expect(stdout).toContain("  Maybe: gob.ptr(goTime),\n");
    expect(stdout).toContain("  Link: gob.ptr(url),\n");
    expect(stdout).toContain("export const Event = goTime;\n");
  });

  test("strings can be bytes, and integers bigints", async () => {
    const { stdout } = await runTool("-raw-strings", "-bigint", "./testdata/products", "Arguments", "Widths");
    expect(stdout).toContain("  Name: gob.rawString,\n");
    expect(stdout).toContain("  Options: gob.map(gob.rawString, gob.interface()),");
    expect(stdout).toContain("  Int: gob.bigint(gob.int),\n");
    expect(stdout).toContain("  Uint: gob.bigint(gob.uint),\n");
    expect(stdout).toContain("  Int32: gob.int32,\n");
  });

  test("interface values can keep the name of their type", async () => {
    const { stdout } = await runTool("-typed", "./testdata/products", "Arguments");
    expect(stdout).toContain("  Extra: gob.interface({ typed: true }),\n");
    expect(stdout).toContain('  .add("map[string]interface {}", gob.record(gob.interface({ typed: true })))\n');
  });
});
