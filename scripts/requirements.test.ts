import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cachesWithoutHome, findGo, isInstalled, nodeProblem } from "./requirements.mjs";

describe("nodeProblem", () => {
  test.each(["v20.19.0", "v22.12.0", "v23.0.0", "v26.1.0"])("%s is new enough", (version) => {
    expect(nodeProblem(version)).toBeUndefined();
  });

  test.each(["v18.20.0", "v20.18.3", "v21.7.3", "v22.11.0"])("%s is too old", (version) => {
    expect(nodeProblem(version)).toContain(`got ${version}`);
  });
});

describe("isInstalled", () => {
  let directory: string;
  beforeEach(() => {
    directory = `${mkdtempSync(join(tmpdir(), "installed-"))}/`;
    writeFileSync(`${directory}package-lock.json`, "{}");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test("is false without node_modules, and after the lock file has changed", () => {
    expect(isInstalled(directory)).toBe(false);
    mkdirSync(`${directory}node_modules`);
    writeFileSync(`${directory}node_modules/.package-lock.json`, "{}");
    expect(isInstalled(directory)).toBe(true);
    const later = Date.now() / 1000 + 10;
    utimesSync(`${directory}package-lock.json`, later, later);
    expect(isInstalled(directory)).toBe(false);
  });
});

test("findGo says which Go there is, or what is missing", () => {
  const { version, missing } = findGo();
  expect(version ?? missing).toMatch(/^go\d|`go`/);
});

test("caches are kept in the repository when the home directory cannot be written to", () => {
  expect(cachesWithoutHome(tmpdir(), {})).toEqual({});
  const caches = cachesWithoutHome("/proc/no/such/home", { GOCACHE: "/mine" });
  expect(Object.keys(caches)).toEqual(["npm_config_cache", "GOMODCACHE"]);
  expect(caches.npm_config_cache).toMatch(/\.build\/caches\/npm$/);
});
