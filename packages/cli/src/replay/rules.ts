import { readFileSync } from "node:fs";
import { UsageError } from "../errors.js";

/** Rules that name the differences to ignore. */
export interface Rules {
  ignores(method: string, path: readonly (string | number)[]): boolean;
}

/**
 * Rules such as `newState.id`, `**.timestamp` or `GetSchema:provider.version`: a path in a message, in which `*` is any
 * one name or index and `**` any number of them, for all methods or for one.
 */
export function createRules(texts: readonly string[]): Rules {
  const rules = texts.map((text) => {
    const [, method, path = text] = /^([\w./]+):(.*)$/.exec(text) ?? [];
    return { method, pattern: patternOf(path) };
  });
  return {
    ignores: (method, path) =>
      rules.some(
        (rule) =>
          (rule.method === undefined || isMethod(method, rule.method)) && rule.pattern.test(`.${path.join(".")}`),
      ),
  };
}

/** One rule on each line; `#` begins a comment. */
export function readRules(path: string): string[] {
  try {
    const lines = readFileSync(path, "utf8").split("\n");
    return lines.map((line) => line.replace(/(^|\s)#.*$/, "").trim()).filter((line) => line !== "");
  } catch (cause) {
    throw new UsageError(`--rules: ${(cause as Error).message}`, { cause });
  }
}

function isMethod(method: string, name: string): boolean {
  return method === name || method.endsWith(`/${name}`) || method.endsWith(`.${name}`);
}

/** A path includes everything below it. */
function patternOf(path: string): RegExp {
  const parts = path.split(".").map((part) => {
    if (part === "**") return "(?:\\.[^.]+)*?";
    return `\\.${part === "*" ? "[^.]+" : part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}`;
  });
  return new RegExp(`^${parts.join("")}(?:\\.|$)`);
}
