import { expect, test } from "vitest";
import { Redactor } from "./redactor.js";

test.each([
  "password",
  "db_password",
  "dbPassword",
  "API_KEY",
  "apiKey",
  "accessToken",
  "private_key",
  "client-secret",
])("%s is a secret", (name) => {
  expect(new Redactor().redact({ outer: [{ [name]: "x", other: 1 }] })).toEqual({
    outer: [{ [name]: "<redacted>", other: 1 }],
  });
});

test.each(["name", "tokenizer", "passenger", "keys", "monkey", "description"])("%s is none", (name) => {
  expect(new Redactor().redact({ [name]: "x" })).toEqual({ [name]: "x" });
});

test("further names, and none at all", () => {
  expect(new Redactor({ names: ["Value"] }).redact({ value: 5 })).toEqual({ value: "<redacted>" });
  expect(new Redactor({ byName: false }).redact({ password: "x" })).toEqual({ password: "x" });
});

test("an empty value stays visible: it is not a secret", () => {
  expect(new Redactor().redact({ password: "", token: null })).toEqual({ password: "", token: null });
});
