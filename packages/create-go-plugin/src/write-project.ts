import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import mustache from "mustache";
import type { Answers } from "./answers.js";
import { UsageError } from "./errors.js";
import { layersOf, packageJson } from "./package-json.js";

const templatesFolder = fileURLToPath(new URL("../templates/", import.meta.url));

/**
 * Writes a project.
 *
 * @param packages a folder with tarballs of our packages, to be used instead of the registry's
 * @returns the paths of the files, relative to the project
 * @throws {UsageError} when the folder has something in it
 */
export function writeProject(answers: Answers, packages?: string): readonly string[] {
  requireEmpty(answers.folder);
  const layers = layersOf(answers);
  const files = new Map<string, string>();
  for (const layer of layers) {
    for (const file of filesOf(join(templatesFolder, layer))) {
      files.set(targetOf(file), render(join(templatesFolder, layer, file), viewOf(answers, layers)));
    }
  }
  files.set("package.json", `${JSON.stringify(packageJson(answers, packages), undefined, 2)}\n`);
  for (const [file, content] of files) {
    const path = join(answers.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    // Fails rather than overwrites, should somebody else write there too.
    writeFileSync(path, content, { flag: "wx" });
  }
  return [...files.keys()].sort();
}

function requireEmpty(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw new UsageError(`expected a folder, but ${folder} is a file`);
  if (readdirSync(folder).length > 0) {
    throw new UsageError(`expected a new or an empty folder, but ${folder} has files; nothing was written`);
  }
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath ?? entry.path, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    );
}

/** npm leaves files such as .gitignore out of a package: here their names begin with an underscore. */
function targetOf(file: string): string {
  return file.replace(/(^|\/)_/g, "$1.").replace(/\.mustache$/, "");
}

function viewOf({ name, go }: Answers, layers: readonly string[]): object {
  const has = (layer: string) => layers.includes(layer);
  return {
    name,
    constant: name.replaceAll("-", "_").toUpperCase(),
    program: has("plugin") ? name : "plugin",
    hasPlugin: has("plugin"),
    hasHost: has("host"),
    hasGo: has("go"),
    hasGoHost: has("go-host"),
    hasGoPlugin: has("go-plugin"),
    isPairWithGo: go,
  };
}

/** Files for mustache say so by their name. Their tags are `<%` and `%>`, since workflows have curly brackets. */
function render(path: string, view: object): string {
  const content = readFileSync(path, "utf8");
  return path.endsWith(".mustache")
    ? mustache.render(content, view, {}, { tags: ["<%", "%>"], escape: String })
    : content;
}
