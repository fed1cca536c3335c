import { resolve } from "node:path";
import { PassThrough } from "node:stream";
import { definePlugins, grpc, type PluginSet, silentLogger } from "@go-plugin/proto";
import { describe, expect, test } from "vitest";
import { PluginError } from "../errors.js";
import type { LaunchOptions } from "./launch-options.js";
import { validateOptions } from "./validate-options.js";

const netrpcSet: PluginSet = { protocol: "netrpc", services: {} };
const definition = definePlugins({
  magicCookieKey: "COOKIE",
  magicCookieValue: "hello",
  versions: { 10: grpc({}), 9: grpc({}), 2: netrpcSet },
});

function refusal(options: object): string {
  try {
    validateOptions(definition, options as LaunchOptions);
  } catch (error) {
    expect(error).toBeInstanceOf(PluginError);
    expect((error as PluginError).code).toBe("ERR_PLUGIN_OPTIONS");
    return (error as PluginError).message;
  }
  throw new Error("the options were accepted");
}

test("defaults", () => {
  expect(validateOptions(definition, { command: "x" })).toMatchObject({
    command: "x",
    args: [],
    env: {},
    inheritEnv: true,
    startTimeoutMs: 60_000,
    shutdownTimeoutMs: 2_000,
    killTree: false,
    autoMtls: false,
    multiplex: false,
    sockets: {},
    ports: { min: 10_000, max: 25_000 },
    managed: true,
    endWithHost: false,
    versions: [2, 9, 10],
  });
});

test("everything at once", () => {
  const options: LaunchOptions = {
    command: "x",
    args: ["a", ""],
    cwd: "/",
    env: { A: "1", B: undefined },
    inheritEnv: false,
    allowedProtocols: ["grpc"],
    startTimeoutMs: 1,
    shutdownTimeoutMs: 0,
    killTree: true,
    logger: silentLogger,
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    rawStderr: new PassThrough(),
    autoMtls: true,
    multiplex: true,
    sockets: { directory: "/tmp", group: "nogroup" },
    ports: { min: 1, max: 65_535 },
    managed: false,
    endWithHost: true,
    interceptors: [],
    signal: new AbortController().signal,
  };
  expect(validateOptions(definition, options)).toEqual({ ...options, versions: [9, 10] });
});

test("a relative directory of sockets is the host's, whatever the plugin's working directory is", () => {
  const options = { command: "x", cwd: "/elsewhere", sockets: { directory: "run", group: "nogroup" } };
  const { sockets } = validateOptions(definition, options);
  expect(sockets).toEqual({ directory: resolve("run"), group: "nogroup" });
});

describe("an invalid option is named, with the expected and the actual value", () => {
  test.each([
    [{}, /^option command: expected the path or name of a program, got undefined$/],
    [{ command: "" }, /^option command: .*got ''$/],
    [{ command: "a\0b" }, /^option command: /],
    [{ command: "x", args: "-v" }, /^option args: expected an array of strings without NUL characters, got '-v'$/],
    [{ command: "x", args: [1] }, /^option args: .*got \[ 1 \]$/],
    [{ command: "x", cwd: "" }, /^option cwd: /],
    [{ command: "x", env: { "A=B": "1" } }, /^option env: /],
    [{ command: "x", env: { A: 1 } }, /^option env: /],
    [{ command: "x", inheritEnv: "no" }, /^option inheritEnv: expected true or false, got 'no'$/],
    [{ command: "x", allowedProtocols: ["http"] }, /^option allowedProtocols: /],
    [{ command: "x", allowedProtocols: [] }, /^option allowedProtocols: /],
    [{ command: "x", startTimeoutMs: 0 }, /^option startTimeoutMs: expected a number of milliseconds from 1 .*got 0$/],
    [{ command: "x", startTimeoutMs: Number.NaN }, /^option startTimeoutMs: .*got NaN$/],
    [{ command: "x", startTimeoutMs: 2 ** 31 }, /^option startTimeoutMs: /],
    [{ command: "x", shutdownTimeoutMs: -1 }, /^option shutdownTimeoutMs: /],
    [{ command: "x", logger: console }, /^option logger: /],
    [{ command: "x", stdout: "inherit" }, /^option stdout: expected a Writable stream, got 'inherit'$/],
    [{ command: "x", autoMtls: true, tls: {} }, /^option tls: expected no tls beside autoMtls/],
    [{ command: "x", sockets: { directory: "" } }, /^option sockets: /],
    [{ command: "x", sockets: { path: "/tmp" } }, /^option sockets: /],
    [{ command: "x", sockets: { directory: `/${"x".repeat(90)}` } }, /^option sockets: .*leaves room/],
    [{ command: "x", runner: "docker" }, /^option runner: expected a function/],
    [{ command: "x", runner: () => {}, killTree: true }, /^option killTree: expected false beside runner/],
    [{ command: "x", ports: { min: 2, max: 1 } }, /^option ports: .*got \{ min: 2, max: 1 \}$/],
    [{ command: "x", ports: { min: 0, max: 1 } }, /^option ports: /],
    [{ command: "x", interceptors: [1] }, /^option interceptors: /],
    [{ command: "x", signal: {} }, /^option signal: expected an AbortSignal/],
    [{ command: "x", startTimeout: 5 }, /^option startTimeout: expected one of command, args, .*got 'startTimeout'$/],
    [{ command: "x", toString: 5 }, /^option toString: expected one of/],
  ])("%o", (options, message) => {
    expect(refusal(options)).toMatch(message);
  });

  test("values of variables stay secret", () => {
    expect(refusal({ command: "x", env: { "BAD=NAME": "secret" } })).not.toContain("secret");
  });

  test("no version is left", () => {
    const grpcOnly = definePlugins({ ...definition, versions: { 1: grpc({}) } });
    expect(() => validateOptions(grpcOnly, { command: "x", allowedProtocols: ["netrpc"] })).toThrow(
      "option allowedProtocols: expected a protocol that the definition has a version for (grpc), got [ 'netrpc' ]",
    );
  });
});
