import "reflect-metadata";
import { execFileSync } from "node:child_process";
import { createPrivateKey, X509Certificate as NodeCertificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { expect, test } from "vitest";
import { generateCertificate, toPem } from "./certificate.js";

test("openssl verifies it strictly, as a server's and as a client's certificate", async () => {
  const { certificate } = await generateCertificate();
  const directory = mkdtempSync(join(tmpdir(), "certificate-"));
  try {
    const file = join(directory, "certificate.pem");
    writeFileSync(file, toPem(certificate));
    for (const purpose of ["sslserver", "sslclient"]) {
      const args = [
        "verify",
        "-x509_strict",
        "-purpose",
        purpose,
        "-verify_hostname",
        "localhost",
        "-CAfile",
        file,
        file,
      ];
      expect(execFileSync("openssl", args, { encoding: "utf8" })).toContain("OK");
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("an X.509 library reads what Go's own certificate says", async () => {
  const { certificate } = await generateCertificate();
  const parsed = new x509.X509Certificate(new Uint8Array(certificate));
  expect(parsed.subject).toBe("O=HashiCorp, CN=localhost");
  expect(parsed.issuer).toBe(parsed.subject);
  expect(await parsed.verify({ publicKey: await parsed.publicKey.export(), signatureOnly: true })).toBe(true);
  const { KeyUsageFlags } = x509;
  expect(parsed.getExtension(x509.KeyUsagesExtension)?.usages).toBe(
    KeyUsageFlags.digitalSignature |
      KeyUsageFlags.keyEncipherment |
      KeyUsageFlags.keyAgreement |
      KeyUsageFlags.keyCertSign,
  );
  expect(parsed.getExtension(x509.ExtendedKeyUsageExtension)?.usages).toEqual([
    "1.3.6.1.5.5.7.3.1",
    "1.3.6.1.5.5.7.3.2",
  ]);
  expect(parsed.getExtension(x509.BasicConstraintsExtension)?.ca).toBe(true);
  expect(parsed.getExtension(x509.SubjectAlternativeNameExtension)?.names.toJSON()).toEqual([
    { type: "dns", value: "localhost" },
  ]);
  const hours = (parsed.notAfter.getTime() - parsed.notBefore.getTime()) / 3_600_000;
  expect(hours).toBeCloseTo(262_980, 1);
  expect(parsed.notBefore.getTime()).toBeLessThan(Date.now() - 29_000);
});

test("the key belongs to the certificate, and each is new", async () => {
  const [a, b] = [await generateCertificate(), await generateCertificate()];
  const certificate = new NodeCertificate(a.certificate);
  expect(certificate.checkPrivateKey(createPrivateKey(a.key))).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(b.key))).toBe(false);
  expect(certificate.serialNumber).not.toBe(new NodeCertificate(b.certificate).serialNumber);
});
