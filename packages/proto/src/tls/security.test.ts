import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
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

/** A certificate for an address, which our own encoder does not make. */
function addressIdentity(address: string) {
  const folder = mkdtempSync(join(tmpdir(), "security-"));
  opened.push(() => rmSync(folder, { recursive: true }));
  const file = (name: string) => join(folder, name);
  const subject = ["-subj", "/CN=address", "-addext", `subjectAltName=IP:${address}`, "-days", "1", "-nodes"];
  const key = [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-keyout",
    file("key"),
    "-out",
    file("cert"),
  ];
  execFileSync("openssl", ["req", "-x509", ...key, ...subject], { stdio: "ignore" });
  return { cert: readFileSync(file("cert"), "utf8"), key: readFileSync(file("key"), "utf8") };
}

test("a server name may be an address, which is checked and causes no deprecation warning", async () => {
  const warned = vi.fn();
  process.on("warning", warned);
  opened.push(() => process.off("warning", warned));
  const own = addressIdentity("127.0.0.1");
  await createSecurity({ ca: own.cert, serverName: "127.0.0.1" }, "grpc").client(await dialed(own));
  const other = createSecurity({ ca: own.cert, serverName: "127.0.0.2" }, "grpc").client(await dialed(own));
  await expect(other).rejects.toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  await new Promise(setImmediate);
  expect(warned).not.toHaveBeenCalled();
});
