import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { codeBlocks, headings, relativeLinks } from "./markdown.js";

const directory = mkdtempSync(join(tmpdir(), "markdown-"));
const page = join(directory, "page.md");
afterAll(() => rmSync(directory, { recursive: true }));

test("finds blocks with their files, hidden code and lines", () => {
  writeFileSync(page, "# A\n\n**`src/a.ts`**\n\n```ts\na();\n```\n\n<!-- ts\nlet b;\n-->\n\n```ts\nb();\n```\n");
  expect(codeBlocks(page)).toEqual([
    { file: "src/a.ts", language: "ts", code: "a();\n", hidden: undefined, line: 3 },
    { file: undefined, language: "ts", code: "b();\n", hidden: "let b;", line: 9 },
  ]);
});

test("finds relative links outside of code", () => {
  writeFileSync(
    page,
    "[a](b.md#c) [d](#e) [f](https://g) [h](mailto:i) [l](https://here/blob/main/m.md#n)\n\n```ts\nconst [j](k);\n```\n",
  );
  expect(relativeLinks(page, "https://here")).toEqual([
    { path: "b.md", heading: "c" },
    { path: "", heading: "e" },
    { path: "/m.md", heading: "n" },
  ]);
});

test("headings have GitHub's anchors", () => {
  writeFileSync(page, "# A plugin's `serve`, twice\n\n## See [it](x.md)\n\n## See it\n\n```sh\n# a comment\n```\n");
  expect([...headings(page)]).toEqual(["a-plugins-serve-twice", "see-it", "see-it-1"]);
});
