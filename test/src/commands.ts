import { writeSync } from "node:fs";
import type { PluginContext } from "@go-plugin/proto";

/** What a plugin is told to do through KV's get, here and in interop/programs/go-plugin-twin; the answer is text. */
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

/** The status of a shell. What no command needs is loaded by none: tests look at what a plugin has loaded. */
async function child(command: string): Promise<string> {
  const { spawnSync } = await import("node:child_process");
  return String(spawnSync("sh", ["-c", command], { stdio: "inherit" }).status);
}

/** 1 KiB lines that tell their place, as fast as the stream takes them. */
async function writePattern(stream: NodeJS.WriteStream, bytes: number): Promise<void> {
  for (let sent = 0; sent < bytes; sent += 1024) {
    if (!stream.write(patternLine(sent / 1024))) await new Promise<void>((resolve) => stream.once("drain", resolve));
  }
}

/** Writes without ever waiting; answers how much memory that took, in bytes. */
function flood(bytes: number): string {
  const line = `${"~".repeat(1023)}\n`;
  for (let sent = 0; sent < bytes; sent += 1024) console.log(line.slice(0, -1));
  return String(process.memoryUsage.rss());
}

export function patternLine(index: number): string {
  return `${String(index).padEnd(1023, ".")}\n`;
}
