import { spawn } from "node:child_process";
import { once } from "node:events";
import { fixture } from "@go-plugin/test/build-fixtures";
import { hostRuntime } from "@go-plugin/test/runtime";
import { test } from "@go-plugin/test/sandbox";
import { expect } from "vitest";
import { goProgram } from "../src/build-go.js";

// The sandbox checks that the plugin, the watchdog and the socket file are gone.
test("a Go plugin ends with a host that is killed, when the host asked for that", async ({ sandbox }) => {
  const options = { command: goProgram("grpc-plugin"), endWithHost: true };
  const [file, ...args] = [...hostRuntime, fixture("hosts-plugin"), JSON.stringify(options), "stay"] as const;
  const host = spawn(file, args, {
    env: { ...process.env, ...sandbox.env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(host.stdout, "data")) as [Buffer];
  const pids = sandbox.pids();
  expect(pids).toContain(Number(line.toString()));
  expect(pids).toHaveLength(3);
  host.kill("SIGKILL");
  await once(host, "exit");
});
