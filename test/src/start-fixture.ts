import { definePlugins, grpc, type LaunchOptions, launch, PluginError, silentLogger } from "@go-plugin/host";
import { expect } from "vitest";
import { fixture } from "./build-fixtures.js";
import { pluginRuntime } from "./runtime.js";
import type { Sandbox } from "./sandbox.js";

/** A definition for plugins that are never called. */
export const noPlugins = definePlugins({
  magicCookieKey: "BASIC_PLUGIN",
  magicCookieValue: "hello",
  versions: { 1: grpc({}) },
});

/** Options that run a fixture in a sandbox. */
export function fixtureOptions(sandbox: Sandbox, name: string, options: Partial<LaunchOptions> = {}): LaunchOptions {
  const { args = [], env = {}, ...others } = options;
  const [command, ...runtimeArgs] = pluginRuntime;
  return {
    command,
    args: [...runtimeArgs, fixture(name), ...args],
    env: { ...sandbox.env, ...env },
    logger: silentLogger,
    ...others,
  };
}

/** Starts a plugin whose start must fail. @returns the error. */
export async function startError(options: LaunchOptions): Promise<PluginError> {
  try {
    const plugin = await launch(noPlugins, options);
    await plugin.close();
  } catch (error) {
    expect(error).toBeInstanceOf(PluginError);
    return error as PluginError;
  }
  throw new Error("the plugin started, expected an error");
}
