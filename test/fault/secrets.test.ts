import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { connect } from "node:tls";
import { inspect } from "node:util";
import { launch } from "@go-plugin/host";
import { expect } from "vitest";
import { faultPlugins } from "../src/fault-service.js";
import { recordLog } from "../src/log-recorder.js";
import { test } from "../src/sandbox.js";
import { fixtureOptions } from "../src/start-fixture.js";

test("no private key of AutoMTLS is logged, written to a file, or in the plugin's environment", async ({ sandbox }) => {
  const { logger, entries } = recordLog();
  let stderr = "";
  const rawStderr = new Writable({
    write(chunk, _, done) {
      stderr += chunk;
      done();
    },
  });
  const plugin = await launch(faultPlugins, fixtureOptions(sandbox, "serves", { autoMtls: true, logger, rawStderr }));
  const { address, tls } = plugin.reattachConfig({ includeKeys: true });
  await refusedConnection(address);
  await plugin.ping();
  const environment = readFileSync(`/proc/${plugin.pid}/environ`, "utf8");
  const files = readFiles(sandbox.directory);
  await plugin.close();

  expect(entries.map(({ level }) => level)).toContain("debug");
  expect(stderr).toContain("refused");
  expect(environment).toContain("BEGIN CERTIFICATE");
  const seen = {
    entries: inspect(entries, { depth: Infinity, maxStringLength: Infinity }),
    stderr,
    environment,
    files,
  };
  // Looks for any line of it, since headers and line breaks may have changed.
  const [, ...lines] = tls!.key.trim().split("\n").slice(0, -1);
  for (const [where, text] of Object.entries(seen)) {
    expect(text, where).not.toMatch(/PRIVATE KEY/);
    for (const line of lines) expect(text.includes(line), where).toBe(false);
  }
});

/** Makes the plugin log a connection that it refuses. */
async function refusedConnection(path: string): Promise<void> {
  const socket = connect({ path, rejectUnauthorized: false });
  await new Promise((resolve) =>
    socket
      .on("error", () => {})
      .on("close", resolve)
      .resume(),
  );
}

function readFiles(directory: string): string {
  const paths = readdirSync(directory, { recursive: true }).map((name) => join(directory, String(name)));
  return paths
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
}
