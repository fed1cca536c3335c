import { relative, resolve } from "node:path";
import { Command, CommanderError } from "commander";
import colors from "picocolors";
import { type Answers, type Flags, findAnswers } from "./answers.js";
import { UsageError } from "./errors.js";
import { layersOf } from "./package-json.js";
import { templateNames, templates } from "./templates.js";
import { writeProject } from "./write-project.js";

interface Options extends Flags {
  readonly packages?: string;
}

/** The program. Its exit code is 0, 1 after a mistake in what was asked for, or 130 after Ctrl-C. */
export async function run(argv: readonly string[]): Promise<void> {
  const program = new Command("create-go-plugin")
    .description("Writes a new project that speaks HashiCorp's go-plugin: a host, a plugin, or both.")
    .argument("[folder]", "where to write it; its last part names the project")
    .option("-t, --template <name>", `what for: ${templateNames.join(", ")}`)
    .option("--go", "with the template pair: the same host and plugin in Go beside it")
    .option("-y, --yes", "ask nothing and take the defaults: pair, in the folder my-plugin, without Go")
    .option("--packages <folder>", "take the @go-plugin packages from a folder of tarballs instead of the registry")
    .addHelpText(
      "after",
      `\nTemplates:\n${templateNames.map((name) => `  ${name.padEnd(8)} ${templates[name].title}`).join("\n")}`,
    )
    .exitOverride()
    .action(async (folder: string | undefined, { packages, ...flags }: Options) => {
      const answers = await findAnswers(folder, flags, process.stdin.isTTY === true && process.stdout.isTTY === true);
      const files = writeProject(answers, packages && resolve(packages));
      process.stdout.write(nextSteps(answers, files.length));
    });
  try {
    await program.parseAsync(argv as string[]);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else if (error instanceof UsageError) {
      process.stderr.write(`${colors.red("error:")} ${error.message}\n`);
      process.exitCode = 1;
    } else throw error;
  }
}

function nextSteps(answers: Answers, count: number): string {
  const layers = layersOf(answers);
  const steps = [
    [`cd ${relative(".", answers.folder) || "."}`, ""],
    ["npm install", layers.includes("go") ? "Go 1.24 or newer is needed as well" : ""],
    ["npm test", "builds everything, and runs it"],
    ...(layers.includes("host") ? [["npm start", "the host calls its plugin"]] : []),
  ] as const;
  const width = Math.max(...steps.map(([command]) => command.length));
  const lines = steps.map(([command, note]) =>
    `  ${colors.cyan(command.padEnd(width))}  ${colors.dim(note)}`.trimEnd(),
  );
  return `Wrote ${count} files. ${templates[answers.template].title}.\n\n${lines.join("\n")}\n`;
}
