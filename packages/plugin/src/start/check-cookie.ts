import type { PluginDefinition } from "@go-plugin/proto/internal";

/** Set by go-plugin-build, which runs a plugin to fill its code cache and does not know the cookie. */
const rehearsal = Symbol.for("@go-plugin/plugin/rehearsal");

/** Explains to a person why this process cannot serve; `undefined` when a host has started it. */
export function checkCookie(definition: PluginDefinition, env: NodeJS.ProcessEnv): string | undefined {
  const { magicCookieKey, magicCookieValue } = definition;
  if (!magicCookieKey || !magicCookieValue) {
    return (
      "This plugin is misconfigured: its definition has no magic cookie key or no value.\n" +
      "Please report this to the author of the plugin as a bug.\n"
    );
  }
  if (env[magicCookieKey] === magicCookieValue || rehearsal in globalThis) return undefined;
  return (
    "This program is a plugin: it is not meant to be run by itself.\n" +
    "Start the program that uses it; it loads its plugins on its own.\n"
  );
}
