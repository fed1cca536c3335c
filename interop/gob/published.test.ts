import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const tool = fileURLToPath(new URL("../../tools/gob-schema", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "published-"));
const project = join(folder, "project");

/** The tool's output for the example, which a test of the generated code compares. */
const expected = readFileSync(join(tool, "testdata/inventory/gen/inventory.ts"), "utf8");

beforeAll(() => cpSync(join(tool, "testdata/inventory"), project, { recursive: true }));

// The module cache that a test fills is read-only.
afterAll(async () => {
  await run("go", ["clean", "-modcache"], { cwd: tool, env: { ...process.env, GOMODCACHE: join(folder, "modules") } });
  rmSync(folder, { recursive: true });
});

test("the npm package runs without a clone", async () => {
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: tool });
  const [{ filename }] = Object.values(JSON.parse(stdout)) as [{ filename: string }];
  writeFileSync(join(folder, "package.json"), "{}");
  await run("npm", ["install", "--no-audit", "--no-fund", "--offline", join(folder, filename)], { cwd: folder });
  const program = join(folder, "node_modules/.bin/gob-schema");
  expect((await run(program, [".", "StoreServer", "ListenerServer"], { cwd: project })).stdout).toBe(expected);
});

test("`go run module@version` finds the tool by its path, and by the tag of its folder", async () => {
  const module = /^module (.*)$/m.exec(readFileSync(join(tool, "go.mod"), "utf8"))![1]!;
  const [repository, inRepository] = [module.split("/").slice(0, 3).join("/"), module.split("/").slice(3).join("/")];
  const origin = join(folder, "origin");
  mkdirSync(origin);
  cpSync(tool, join(origin, inRepository), { recursive: true, filter: (path) => !path.includes("node_modules") });
  const git = (...args: string[]) =>
    run("git", ["-c", "user.name=x", "-c", "user.email=x@example.com", ...args], { cwd: origin });
  await git("init", "-q");
  await git("add", ".");
  await git("commit", "-q", "-m", "x");
  await git("tag", `${inRepository}/v1.2.3`);
  const env = {
    ...process.env,
    GOMODCACHE: join(folder, "modules"),
    GOPROXY: "direct",
    GOPRIVATE: "*",
    GOVCS: "*:all",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `url.file://${origin}.insteadOf`,
    GIT_CONFIG_VALUE_0: `https://${repository}`,
  };
  const args = ["run", `${module}@v1.2.3`, ".", "StoreServer", "ListenerServer"];
  expect((await run("go", args, { cwd: project, env })).stdout).toBe(expected);
});
