import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../requirements.mjs";
import { npmPack } from "./pack.js";

const folder = mkdtempSync(join(tmpdir(), "install-"));
const names = ["host", "plugin", "proto", "grpc", "gob", "netrpc", "yamux"];

/** All that npm has put into node_modules, by name. */
let installed: Record<string, { readonly hasInstallScript?: boolean }>;

beforeAll(() => {
  const packed = npmPack("--pack-destination", folder);
  const tarballs = packed
    .filter(({ name }) => names.includes(name.replace("@go-plugin/", "")))
    .map(({ filename }) => `./${filename.replace("@", "").replace("/", "-")}`);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  // Whatever they need besides each other would have to come from the registry.
  const args = ["install", "--no-audit", "--no-fund", "--offline", ...tarballs];
  execFileSync("npm", args, { cwd: folder, stdio: "pipe", shell: process.platform === "win32" });
  const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
  const { "": _, ...others } = lock.packages;
  installed = others;
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a host and a plugin install these packages and no others, without an install script", () => {
  expect(Object.keys(installed).sort()).toEqual(names.map((name) => `node_modules/@go-plugin/${name}`).sort());
  expect(Object.values(installed).filter(({ hasInstallScript }) => hasInstallScript)).toEqual([]);
});

test("the README says how many they are", () => {
  expect(readFileSync(`${root}README.md`, "utf8")).toContain("Both sides together are seven packages");
});

describe("a host that is bundled where grpc-js is not installed", () => {
  const program = `
    import { definePlugins, grpc, launch } from "@go-plugin/host";
    import { testPlugin } from "@go-plugin/proto/testing";
    const plugins = definePlugins({ magicCookieKey: "A", magicCookieValue: "b", versions: { 1: grpc({}) } });
    await launch(plugins, { command: "./none" }).catch((error) => console.log(error.code));
    await using plugin = await testPlugin(plugins, { 1: {} });
    await plugin.ping();
    console.log("answered");`;

  test("by esbuild, with grpc-js and the adapter to it as external packages, as docs/hosts.md says", async () => {
    const outfile = join(folder, "bundled/host.mjs");
    const stdin = { contents: program, resolveDir: folder };
    const options = { bundle: true, platform: "node", format: "esm", target: "node20", logLevel: "silent" } as const;
    const { warnings } = await build({
      ...options,
      stdin,
      outfile,
      external: ["@grpc/grpc-js", "@go-plugin/grpc/grpc-js"],
    });
    expect(warnings).toEqual([]);
    const stdout = execFileSync(process.execPath, [outfile], { encoding: "utf8", cwd: tmpdir() });
    expect(stdout).toBe("ERR_PLUGIN_NOT_FOUND\nanswered\n");
  });
});
