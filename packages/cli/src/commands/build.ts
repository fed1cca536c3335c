import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { AddCommand } from "../command.js";
import { Exit } from "../errors.js";

/** Adds go-plugin-build as a command, with its own options and help. */
export const addBuildCommand: AddCommand = (program, { rest }) => {
  program
    .command("build")
    .description("bundle a plugin into one executable file: what go-plugin-build does")
    .argument("[entry]")
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action(async (_entry: string | undefined, _options: object, command: { args: string[] }) => {
      const require = createRequire(import.meta.url);
      const manifest = require.resolve("@go-plugin/plugin/package.json");
      const { bin } = require(manifest) as { bin: Record<string, string> };
      const script = join(dirname(manifest), bin["go-plugin-build"]!);
      const child = spawn(process.execPath, [script, ...command.args, ...rest], { stdio: "inherit" });
      const [code] = (await once(child, "exit")) as [number | null];
      if (code !== 0) throw new Exit(code ?? 1);
    });
};
