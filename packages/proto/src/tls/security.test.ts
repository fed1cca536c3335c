import { once } from "node:events";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { afterEach, expect, test, vi } from "vitest";
import { generateCertificate, toPem } from "./certificate.js";
import { createSecurity } from "./security.js";

const opened: (() => void)[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const close of opened.splice(0)) close();
});

async function identity() {
  const { certificate, key } = await generateCertificate();
  return { cert: toPem(certificate), key };
}

/** A connection to a side that has the certificate, and lets everybody in. */
async function dialed({ cert, key }: Awaited<ReturnType<typeof identity>>): Promise<Duplex> {
  const path = join(tmpdir(), `security-test-${process.pid}-${Math.random()}`);
  const security = createSecurity({ cert, key, requireClientCertificate: false }, "grpc");
  const server = createServer(security.server((connection) => connection.on("error", () => {}).resume())).listen(path);
  await once(server, "listening");
  const socket = connect(path);
  opened.push(
    () => server.close(),
    () => socket.destroy(),
  );
  return socket;
}

test("an impostor is refused, whatever NODE_TLS_REJECT_UNAUTHORIZED says", async () => {
  const [expected, impostor] = [await identity(), await identity()];
  const { client } = createSecurity({ ca: expected.cert }, "grpc");
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
  await expect(client(await dialed(impostor))).rejects.toThrow();
  await client(await dialed(expected));
});
