import { basename } from "node:path";
import { cancel, confirm, isCancel, select, text } from "@clack/prompts";
import { UsageError } from "./errors.js";
import { type Template, type TemplateName, templateNames, templates } from "./templates.js";

/** The answers from the command line. */
export interface Flags {
  readonly template?: string;
  readonly go?: boolean;
  /** Asks nothing: what is missing has its default. */
  readonly yes?: boolean;
}

/** The choices that make a project. */
export interface Answers {
  readonly folder: string;
  /** The last part of `folder`. It names the package and the plugin's file. */
  readonly name: string;
  readonly template: TemplateName;
  readonly go: boolean;
}

const defaultFolder = "my-plugin";

/** Takes answers from the command line, and asks for the others if somebody is there to answer. */
export async function findAnswers(folder: string | undefined, flags: Flags, isTerminal: boolean): Promise<Answers> {
  const asks = isTerminal && !flags.yes;
  if (!asks && !flags.yes) requireAnswers(folder, flags);
  const template = checkTemplate(flags.template) ?? (asks ? await askTemplate() : "pair");
  const where = folder ?? (asks ? await askFolder() : defaultFolder);
  const name = checkName(basename(where));
  const { goTwins }: Template = templates[template];
  if (flags.go && !goTwins) {
    throw new UsageError(`--go adds twins in Go to the template pair; ${template} has its Go program anyway`);
  }
  const go = goTwins !== undefined && (flags.go ?? (asks && (await askGo())));
  return { folder: where, name, template, go };
}

function requireAnswers(folder: string | undefined, { template }: Flags): void {
  const missing = [
    ...(folder === undefined ? ["a folder"] : []),
    ...(template === undefined ? [`--template ${templateNames.join("|")}`] : []),
  ];
  if (missing.length > 0) {
    throw new UsageError(
      `expected ${missing.join(" and ")}, since nobody is here to answer; or --yes for the defaults`,
    );
  }
}

function checkTemplate(name: string | undefined): TemplateName | undefined {
  if (name === undefined || Object.hasOwn(templates, name)) return name as TemplateName | undefined;
  throw new UsageError(`expected a template, one of ${templateNames.join(", ")}, got ${name}`);
}

const nameRule = "small letters, digits and hyphens, a letter first, such as my-plugin";

/** The name becomes a package's and a file's. */
function checkName(name: string): string {
  if (isName(name)) return name;
  throw new UsageError(`expected a folder whose name has ${nameRule}, got ${JSON.stringify(name)}`);
}

function isName(name: string): boolean {
  return /^[a-z][a-z0-9-]{0,100}$/.test(name);
}

async function askTemplate(): Promise<TemplateName> {
  const options = templateNames.map((value) => ({
    value,
    label: templates[value].title,
    hint: templates[value].hint,
  }));
  return answered(await select({ message: "What for?", options }));
}

async function askFolder(): Promise<string> {
  return answered(
    await text({
      message: "In which folder?",
      placeholder: defaultFolder,
      defaultValue: defaultFolder,
      validate: (value) => (!value || isName(basename(value)) ? undefined : `Its name has ${nameRule}`),
    }),
  );
}

async function askGo(): Promise<boolean> {
  return answered(await confirm({ message: "The same in Go beside it?", initialValue: false }));
}

/** Ends the program on Ctrl-C. */
function answered<T>(value: T): Exclude<T, symbol> {
  if (!isCancel(value)) return value as Exclude<T, symbol>;
  cancel("Nothing was written.");
  process.exit(130);
}
