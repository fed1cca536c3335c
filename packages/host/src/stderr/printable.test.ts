import { expect, test } from "vitest";
import { lastLines } from "./printable.js";

const trace = Array.from({ length: 9 }, (_, n) => `\t/main.go:${n}`).join("\n");

test.each([
  ["", []],
  ["one\n", ["one"]],
  ["1\n2\r\n3\n4\n", ["2", "3", "4"]],
  ["before\npanic: out of cheese\n\nafter\n", ["panic: out of cheese", "", "after"]],
  [`before\npanic: out of cheese\n\n${trace}\n`, ["panic: out of cheese", "", "\t/main.go:0"]],
  [`before\nfatal error: all asleep\n\n${trace}\nexit status 2\n`, ["fatal error: all asleep", "", "\t/main.go:0"]],
  ["1\npanic: out of cheese", ["1", "panic: out of cheese"]],
  ["1\n2\n3\npanic: out of cheese", ["2", "3", "panic: out of cheese"]],
  ["\u001b[2J", ["\\x1b[2J"]],
])("%j ends with %j", (tail, lines) => {
  expect(lastLines(tail, 3)).toEqual(lines);
});
