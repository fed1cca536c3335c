import { expect, test } from "vitest";
import { goProgram } from "../../interop/src/build-go.js";
import { example, run } from "../run.js";
import { languageProgram } from "./build.js";

const hosts: Record<string, readonly [string, ...string[]]> = {
  Go: [goProgram("greeter-logger-host")],
  TypeScript: [process.execPath, example("greeter-logger/dist/host.js")],
  Python: [languageProgram("python-host")],
};
const plugins: Record<string, string> = {
  Go: goProgram("greeter-logger-plugin"),
  TypeScript: example("greeter-logger/dist/plugin.js"),
  Python: languageProgram("python-plugin"),
  Rust: languageProgram("rust-plugin"),
  Java: languageProgram("java-plugin"),
};
// Pairs of Go and TypeScript are examples/greeter-logger's own.
const pairs = Object.keys(hosts).flatMap((host) =>
  Object.keys(plugins)
    .filter((plugin) => host === "Python" || !["Go", "TypeScript"].includes(plugin))
    .flatMap((plugin) => [
      [host, plugin, "in plain text", []] as const,
      [host, plugin, "under AutoMTLS", ["--auto-mtls"]] as const,
    ]),
);

test.each(pairs)("a %s host greets, and its plugin in %s calls back into it, %s", async (host, plugin, _, flags) => {
  expect(await run([...hosts[host]!, ...flags, plugins[plugin]!])).toEqual({
    code: 0,
    stdout: "plugin: greeting Ada\nHello, Ada!\nplugin: greeting Grace\nHello, Grace!\n",
    // Java's gRPC library warns of socket options.
    stderr: plugin === "Java" ? expect.any(String) : "",
  });
});

test.each(["Python", "Rust", "Java"])("somebody who runs the plugin in %s by hand is told what it is", async (name) => {
  const { code, stdout, stderr } = await run([plugins[name]!], { env: { GREETER_LOGGER_PLUGIN: "" } });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("This program is a plugin");
});
