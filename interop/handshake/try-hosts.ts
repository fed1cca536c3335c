import { execFile } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { definePlugins, grpc, launch, netrpc, PluginError, type Protocol, silentLogger } from "@go-plugin/host";
import { fixture } from "@go-plugin/test/build-fixtures";
import { pluginRuntime } from "@go-plugin/test/runtime";
import type { Sandbox } from "@go-plugin/test/sandbox";
import { goProgram } from "../src/build-go.js";

export interface Attempt {
  /** @default one that prints `pieces`, and serves when they name an address */
  readonly fixture?: string;
  /** Arguments of the fixture. @default [] */
  readonly pieces?: readonly string[];
  /** The one that the host allows. @default "grpc" */
  readonly protocol?: Protocol;
  /** @default false */
  readonly multiplex?: boolean;
  /** @default false */
  readonly autoMtls?: boolean;
  /** @default 60_000 */
  readonly startTimeoutMs?: number;
}

export interface Outcome {
  /** The host accepted the handshake line. */
  readonly accepted: boolean;
  /** The reason why the line was refused, or why the plugin did not answer a ping. */
  readonly error?: string;
  /** The host itself panicked. */
  readonly panicked?: true;
}

type Settings = Required<Omit<Attempt, "fixture" | "pieces">>;
type TryHost = (settings: Settings, command: readonly string[], env: NodeJS.ProcessEnv) => Promise<Outcome>;

/** Lets a host in each language start a fixture, ping it and end it. */
export async function tryHosts(sandbox: Sandbox, attempt: Attempt): Promise<{ go: Outcome; ours: Outcome }> {
  const {
    pieces = [],
    fixture: name = pieces.some((piece) => piece.includes("{")) ? "prints-handshake-oddly" : "prints-line",
    ...host
  } = attempt;
  const settings: Settings = { protocol: "grpc", multiplex: false, autoMtls: false, startTimeoutMs: 60_000, ...host };
  const command = [...pluginRuntime, fixture(name), ...pieces];
  const env = { ...sandbox.env, FIXTURE_PROTOCOL: settings.protocol };
  // A plugin leaves its socket behind when a Go host kills it.
  const directory = join(sandbox.directory, "go");
  mkdirSync(directory);
  const [go, ours] = await Promise.all([
    tryInGo(settings, command, { ...env, TMPDIR: directory }),
    tryInTypeScript(settings, command, env),
  ]);
  rmSync(directory, { recursive: true });
  return { go, ours };
}

const tryInGo: TryHost = async ({ protocol, multiplex, autoMtls, startTimeoutMs }, command, env) => {
  const flags = [
    `-protocol=${protocol}`,
    `-multiplex=${multiplex}`,
    `-auto-mtls=${autoMtls}`,
    `-start-timeout=${startTimeoutMs}ms`,
  ];
  try {
    const { stdout } = await promisify(execFile)(goProgram("handshake-host"), [...flags, ...command], {
      env: { ...process.env, ...env },
    });
    return JSON.parse(stdout);
  } catch (error) {
    return { accepted: false, error: (error as { stderr: string }).stderr, panicked: true };
  }
};

const tryInTypeScript: TryHost = async ({ protocol, multiplex, autoMtls, startTimeoutMs }, [command, ...args], env) => {
  const definition = definePlugins({
    magicCookieKey: "BASIC_PLUGIN",
    magicCookieValue: "hello",
    versions: { 1: protocol === "grpc" ? grpc({}) : netrpc({}) },
  });
  const options = { multiplex, autoMtls, startTimeoutMs, logger: silentLogger };
  try {
    await using plugin = await launch(definition, { command: command!, args, env, ...options });
    await plugin.ping();
    return { accepted: true };
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    const { code, message } = error;
    return {
      accepted: code === "ERR_PLUGIN_CONNECT" || message.includes("after it had printed its handshake line"),
      error: message,
    };
  }
};
