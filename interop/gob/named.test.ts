import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Description, type FieldDescription, goSource, type Named } from "./descriptions.js";
import { Driver } from "./driver.js";
import { exchange } from "./exchange.js";
import { randomStruct, randomType, randomValue } from "./generate.js";
import { Random } from "./random.js";
import { RegisteredTypes } from "./registered.js";

const seed = 2024;
const count = 80;
const random = new Random(seed);

/** Types that refer to one another in any order. Only Go source can define them. */
function randomNamedTypes(): Named[] {
  const definitions: Description[] = [];
  const named = Array.from(
    { length: count },
    (_, index): Named => ({ kind: "named", name: `T${index}`, definition: () => definitions[index]! }),
  );
  for (const [index, one] of named.entries()) {
    const behind = (): Description => ({ kind: "ptr", elem: random.pick(named) });
    const kind = random.below(8);
    if (kind === 0) definitions.push({ kind: "slice", elem: behind() });
    else if (kind === 1) definitions.push({ kind: "map", key: "string", elem: behind() });
    else if (kind === 2) definitions.push({ kind: "slice", elem: one });
    else if (kind === 3) definitions.push(random.pick(["int32", "string", "float64", "uint8", "bool"] as const));
    else {
      const struct = randomStruct(random, () => randomType(random, 2, named));
      const earlier = named.slice(0, index).filter((of) => isStruct(of.definition()));
      const embedded = random.chance(0.5) && earlier.length > 0 ? [embed(random.pick(earlier))] : [];
      definitions.push({ kind: "struct", fields: [...struct.fields, ...embedded] });
    }
  }
  return named;
}

function isStruct(type: Description): boolean {
  return typeof type === "object" && type.kind === "struct";
}

function embed(type: Named): FieldDescription {
  return {
    name: type.name,
    type: random.chance(0.5) ? type : { kind: "ptr", elem: type },
    embedded: true,
  };
}

/** The source that adds the types to gob-driver. */
function source(named: readonly Named[]): string {
  const definitions = named.map((type) => `type ${type.name} ${goSource(type.definition())}`);
  const entries = named.map(({ name }) => `\tnamed["${name}"] = reflect.TypeFor[${name}]()`);
  const imports = ["math/big", "reflect", "time"].map((path) => `\t"${path}"`).join("\n");
  const used = "var _ = [...]any{big.Int{}, time.Time{}}";
  return `package main\n\nimport (\n${imports}\n)\n\n${used}\n\n${definitions.join("\n\n")}\n\nfunc init() {\n${entries.join("\n")}\n}\n`;
}

let directory: string;
const named = randomNamedTypes();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gob-driver-"));
  await cp(fileURLToPath(new URL("../programs/gob-driver", import.meta.url)), directory, { recursive: true });
  await writeFile(join(directory, "generated.go"), source(named));
  await writeFile(join(directory, "go.mod"), "module generated\n\ngo 1.24\n");
  await promisify(execFile)("go", ["build", "-o", "driver", "."], { cwd: directory });
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

test(`${count} random types with names, recursive and embedded, go both ways (seed ${seed})`, async () => {
  await using driver = new Driver(join(directory, "driver"));
  const registered = new RegisteredTypes(random, 5);
  await registered.register(driver);
  const cases = named.map((type) => ({
    type,
    values: Array.from({ length: 10 }, () => randomValue(random, type, registered.types)),
  }));
  await exchange(random, driver, registered, cases);
  expect(cases.length).toBe(count);
});
