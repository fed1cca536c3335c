import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { collectSessions, readTrace } from "@go-plugin/proxy";
import { chromium as browsers } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromium, product } from "./build-products.js";
import { runCli } from "./run-cli.js";

// The first steps of docs/cli.md, with a real provider and a real OpenTofu.

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "newcomer-"));
  mkdirSync(path("bin"));
  writeFileSync(
    path("main.tf"),
    `terraform {
  required_providers { time = { source = "hashicorp/time" } }
}
resource "time_static" "t" { rfc3339 = "2024-02-03T04:05:06Z" }
resource "time_offset" "o" {
  base_rfc3339 = time_static.t.rfc3339
  offset_days  = 7
}
resource "time_sleep" "s" { create_duration = "300ms" }
output "o" { value = time_offset.o.rfc3339 }
`,
  );
  writeFileSync(
    path("dev.tfrc"),
    `provider_installation {
  dev_overrides { "hashicorp/time" = "${path("bin")}" }
  direct { exclude = ["*/*/*"] }
}
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const path = (name: string) => join(folder, name);
const cli = (...args: readonly string[]) => runCli(args, { cwd: folder });
const provider = product("terraform-provider-time");

async function tofu(...args: readonly string[]) {
  const env = { ...process.env, TF_CLI_CONFIG_FILE: path("dev.tfrc"), CHECKPOINT_DISABLE: "1" };
  return (await promisify(execFile)(product("tofu"), [...args, "-no-color"], { cwd: folder, env })).stdout;
}

/** OpenTofu's output without durations and without the generated id. */
const lasting = (said: string) =>
  said
    .split("\n")
    .filter((line) => !line.startsWith("time_"))
    .join("\n");

describe.sequential("a newcomer with a provider", () => {
  test("lists its services", async () => {
    const { stdout, code } = await cli("inspect", provider);
    expect(code).toBe(0);
    expect(stdout).toContain("tfplugin5.Provider");
    expect(stdout).toContain("AutoMTLS");
  });

  test("reads its schema", async () => {
    const { stdout, code } = await cli("call", provider, "tfplugin5.Provider/GetSchema");
    expect(code).toBe(0);
    const attributes = JSON.parse(stdout).resourceSchemas.time_sleep.block.attributes;
    expect(attributes).toContainEqual(expect.objectContaining({ name: "create_duration", type: "string" }));
  });

  test("traces an apply over AutoMTLS, of which OpenTofu notices nothing", async () => {
    const without = path("without");
    mkdirSync(without);
    writeFileSync(
      path("direct.tfrc"),
      readFileSync(path("dev.tfrc"), "utf8").replace(path("bin"), provider.slice(0, provider.lastIndexOf("/"))),
    );
    const env = { ...process.env, TF_CLI_CONFIG_FILE: path("direct.tfrc"), CHECKPOINT_DISABLE: "1" };
    writeFileSync(join(without, "main.tf"), readFileSync(path("main.tf")));
    const args = ["apply", "-auto-approve", "-no-color"];
    const direct = await promisify(execFile)(product("tofu"), args, { cwd: without, env });

    const link = ["trace", "--as", "bin/terraform-provider-time", "--out", "trace.jsonl", "--html", "trace.html"];
    expect(await cli(...link, "--pcap", "trace.pcap", "--", provider)).toMatchObject({ code: 0 });
    const applied = await tofu("apply", "-auto-approve");
    expect(applied).toContain("Apply complete! Resources: 3 added");
    expect(lasting(applied)).toBe(
      lasting(direct.stdout).replaceAll(provider.slice(0, provider.lastIndexOf("/")), path("bin")),
    );
    const sessions = collectSessions(readTrace(path("trace.jsonl")));
    expect(sessions).toHaveLength(4);
    for (const { handshake } of sessions) expect(handshake).toMatchObject({ autoMtls: true, appVersion: 5 });
  });

  test("opens the page, finds the slowest call, and searches", async () => {
    const browser = await browsers.launch({ executablePath: chromium, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 760 } });
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      await page.goto(`file://${path("trace.html")}`);
      await page.locator("#slowest button").click();
      const slowest = page.locator('[aria-expanded="true"]');
      expect(await slowest.getAttribute("data-method")).toBe("/tfplugin5.Provider/ApplyResourceChange");
      expect(await page.locator(".details").textContent()).toContain('"create_duration": "300ms"');
      if (process.env.PICTURE) await page.screenshot({ path: process.env.PICTURE });
      await page.locator("#search").fill("offset_days");
      await page
        .locator("#count")
        .filter({ hasNotText: /^(\d+) of \1 / })
        .waitFor();
      expect(await page.locator(".row").count()).toBeGreaterThan(0);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  test("reads the capture with tshark", async () => {
    const args = [
      "-r",
      path("trace.pcap"),
      "-d",
      "tcp.port==50051,http2",
      "-Y",
      "http2.headers.path",
      "-T",
      "fields",
      "-e",
      "http2.headers.path",
    ];
    const { stdout } = await promisify(execFile)("tshark", args);
    expect(stdout).toContain("/tfplugin5.Provider/ApplyResourceChange");
    const messages = await promisify(execFile)("tshark", [
      ...args.slice(0, 4),
      "-Y",
      "grpc",
      "-T",
      "fields",
      "-e",
      "grpc.message_length",
    ]);
    expect(messages.stdout.trim()).not.toBe("");
  });

  test("replays it to the provider", async () => {
    const { stdout, code } = await cli("replay", "trace.jsonl", "--ignore", "newState.id", "--", provider);
    expect(stdout).toMatch(/\d+ calls, 0 with differences/);
    expect(code).toBe(0);
  });
});
