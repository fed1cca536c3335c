import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import type { CheckHostOptions, CheckPluginOptions } from "../../packages/conformance/src/index.js";
import { root } from "../requirements.mjs";

const go = (name: string) => `${root}interop/.build/${name}`;
const language = (name: string) => `${root}.build/languages/${name}`;
const greeter = { key: "GREETER_LOGGER_PLUGIN", value: "hello" };
const basic = { key: "BASIC_PLUGIN", value: "hello" };

/** The plugins of the table, by the heading of their column. */
export const plugins: Readonly<Record<string, () => CheckPluginOptions>> = {
  "go-plugin 1.8.0": () => ({ command: go("greeter-logger-plugin"), cookie: greeter }),
  "go-plugin 1.8.0, net/rpc": () => ({ command: go("basic-plugin"), cookie: basic, dispense: "greeter" }),
  "go-plugin 1.4.3": () => ({ command: go("grpc-plugin-1.4"), cookie: basic }),
  TypeScript: () => ({
    command: process.execPath,
    args: [`${root}examples/greeter-logger/dist/plugin.js`],
    cookie: greeter,
  }),
  // It has one fixed port, which all of its processes share.
  "HashiCorp's Python example": () => ({ command: hashicorpPython(), cookie: basic, concurrency: 1 }),
  "our Python": () => ({ command: language("python-plugin"), cookie: greeter }),
  "our Rust": () => ({ command: language("rust-plugin"), cookie: greeter }),
  "our Java": () => ({ command: language("java-plugin"), cookie: greeter, timeoutMs: 20_000 }),
};

const inEveryWay = (...command: readonly string[]): readonly CheckHostOptions[] =>
  [[], ["--auto-mtls"], ["--multiplex"]].map((flags) => ({
    command: [...command, ...flags, "{plugin}"],
    cookie: greeter,
  }));

/** The hosts of the table. Each is run in every mode that it offers. */
export const hosts: Readonly<Record<string, () => readonly CheckHostOptions[]>> = {
  "go-plugin 1.8.0": () => inEveryWay(go("greeter-logger-host")),
  "go-plugin 1.4.3": () => [
    {
      // HashiCorp's example starts its plugin through a shell, and leaves it running when a call fails.
      command: ["sh", "-c", `KV_PROTO=grpc KV_PLUGIN='exec {plugin}' exec ${go("grpc-host-1.4")} get x`],
      cookie: basic,
      echo: "proto.KV/Get",
    },
  ],
  TypeScript: () => inEveryWay(process.execPath, `${root}examples/greeter-logger/dist/host.js`),
  "our Python": () => inEveryWay(language("python-host")).slice(0, 2),
};

/** HashiCorp's example, unchanged, with the packages that it requires. */
function hashicorpPython(): string {
  const folder = `${root}.build/conformance`;
  mkdirSync(folder, { recursive: true });
  const list = ["list", "-m", "-f", "{{.Dir}}", "github.com/hashicorp/go-plugin"];
  const module = execFileSync("go", list, { cwd: `${root}interop`, encoding: "utf8" }).trim();
  const example = `${module}/examples/grpc/plugin-python`;
  execFileSync("python3", ["-m", "venv", `${folder}/hashicorp-python`]);
  const python = `${folder}/hashicorp-python/bin/python`;
  execFileSync(python, ["-m", "pip", "install", "--quiet", "-r", `${example}/requirements.txt`]);
  const path = `${folder}/hashicorp-python-plugin`;
  writeFileSync(path, `#!/bin/sh\nexport PYTHONDONTWRITEBYTECODE=1\nexec '${python}' '${example}/plugin.py'\n`);
  chmodSync(path, 0o755);
  return path;
}
