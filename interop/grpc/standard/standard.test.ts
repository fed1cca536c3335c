import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server as NetServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { Channel, Server, type ServiceImplementation } from "@go-plugin/grpc";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { goProgram } from "../../src/build-go.js";
import { TestServiceService } from "../gen/grpc/testing/test.js";
import { clientCases, createTestClient } from "./client-cases.js";
import { testService } from "./test-service.js";

describe("our client → grpc-go's interop server", () => {
  let server: ChildProcess;
  let port: number;

  beforeAll(async () => {
    const started = spawn(goProgram("grpc-interop-server"), ["-port", "0"], {
      env: { ...process.env, GRPC_GO_LOG_SEVERITY_LEVEL: "info" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    server = started;
    const { stderr } = started;
    for await (const line of createInterface({ input: stderr })) {
      const [, listening] = /interop server listening on .*:(\d+)$/.exec(line) ?? [];
      if (listening === undefined) continue;
      port = Number(listening);
      break;
    }
    stderr.resume();
  });
  afterAll(async () => {
    server.kill("SIGKILL");
    await once(server, "exit");
  });

  test.each(Object.keys(clientCases))("%s", async (name) => {
    const channel = new Channel(() => connect(port, "localhost"));
    try {
      await clientCases[name]!(createTestClient(channel), channel);
    } finally {
      channel.destroy();
    }
  });
});

describe("grpc-go's interop client → our server", () => {
  const directory = mkdtempSync(join(tmpdir(), "grpc-"));
  const path = join(directory, "socket");
  const server = new Server();
  let listener: NetServer;

  beforeAll(async () => {
    server.addService(TestServiceService, testService as ServiceImplementation<typeof TestServiceService>);
    listener = createServer((socket: Socket) => server.handle(socket)).listen(path);
    await once(listener, "listening");
  });
  afterAll(() => {
    server.destroy();
    listener.close();
    rmSync(directory, { recursive: true });
  });

  // It exits with a failure and says why if the case fails.
  test.each(Object.keys(clientCases))("%s", async (name) => {
    const args = ["-server_host", `unix:${path}`, "-server_port", "0", "-test_case", name];
    await expect(promisify(execFile)(goProgram("grpc-interop-client"), args)).resolves.toBeDefined();
  });
});
