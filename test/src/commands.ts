import { writeSync } from "node:fs";
import type { PluginContext } from "@go-plugin/proto";

/** Runs a command that comes through KV's get, here and in interop/programs/go-plugin-twin. The answer is text. */
export async function runCommand(text: string, { logger, signal, version }: PluginContext): Promise<string> {
  const [name, ...rest] = text.split(" ");
  const argument = rest.join(" ");
  switch (name) {
    case "version":
      return String(version);
    case "pid":
      return String(process.pid);
    case "env":
      return process.env[argument] ?? "";
    case "print":
      console.log(argument);
      return "";
    case "print-error":
      console.error(argument);
      return "";
    case "stdout":
    case "stderr":
      await writePattern(process[name], Number(argument));
      return "";
    case "flood":
      return flood(Number(argument));
    case "descriptor":
      writeSync(Number(rest[0]), `${rest.slice(1).join(" ")}\n`);
      return "";
    case "child":
      return child(argument);
    case "builtins":
      return (process as unknown as { moduleLoadList: string[] }).moduleLoadList.join();
    case "log":
      for (const level of ["trace", "debug", "info", "warn", "error"] as const) {
        logger[level](`${level} entry`, { text: argument, count: 3, nested: { yes: true }, list: ["a", "b"] });
      }
      return "";
    case "exit":
      return process.exit(Number(argument));
    case "last-words":
      console.log("last words on stdout");
      console.error("last words on stderr");
      return process.exit(Number(argument));
    case "memory":
      return String(process.memoryUsage.rss());
    case "kill":
      process.kill(process.pid, argument);
      return "";
    case "panic":
      setImmediate(() => {
        throw new Error(argument);
      });
      return "";
    case "reject":
      void Promise.reject(new Error(argument));
      return "";
    case "fail":
      throw new Error(argument);
    case "hang":
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      console.log("cancelled");
      return "";
    case "hang-for-ever":
      return new Promise<never>(() => {});
    default:
      throw new Error(`unknown command ${JSON.stringify(text)}`);
  }
}

/** Runs a shell command. @returns its status. The import is lazy because tests check the modules that a plugin loads. */
async function child(command: string): Promise<string> {
  const { spawnSync } = await import("node:child_process");
  return String(spawnSync("sh", ["-c", command], { stdio: "inherit" }).status);
}

/** Writes numbered lines of 1 KiB as fast as the stream takes them. */
async function writePattern(stream: NodeJS.WriteStream, bytes: number): Promise<void> {
  for (let sent = 0; sent < bytes; sent += 1024) {
    if (!stream.write(patternLine(sent / 1024))) await new Promise<void>((resolve) => stream.once("drain", resolve));
  }
}

/** Writes without ever waiting. @returns the resident memory in bytes. */
function flood(bytes: number): string {
  const line = `${"~".repeat(1023)}\n`;
  for (let sent = 0; sent < bytes; sent += 1024) console.log(line.slice(0, -1));
  return String(process.memoryUsage.rss());
}

export function patternLine(index: number): string {
  return `${String(index).padEnd(1023, ".")}\n`;
}
