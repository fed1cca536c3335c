import "reflect-metadata";
import { KeyObject, webcrypto } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const day = 24 * 3_600_000;

/** A certificate with its key, as text and as files. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Request {
  /** @default "localhost" */
  readonly name?: string;
  /** @default both */
  readonly usages?: readonly ("serverAuth" | "clientAuth")[];
  readonly expired?: boolean;
}

/** Signs certificates. Whoever trusts this authority trusts them. */
export class Authority {
  readonly #directory: string;
  readonly #keys: webcrypto.CryptoKeyPair;
  readonly #certificate: x509.X509Certificate;

  private constructor(
    directory: string,
    keys: webcrypto.CryptoKeyPair,
    certificate: x509.X509Certificate,
    readonly ca: string,
    readonly caFile: string,
  ) {
    this.#directory = directory;
    this.#keys = keys;
    this.#certificate = certificate;
  }

  static async create(directory: string, name: string): Promise<Authority> {
    const keys = await generateKeys();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: `CN=${name}`,
      keys,
      signingAlgorithm: algorithm,
      ...validity(),
      extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
    });
    const pem = certificate.toString("pem");
    return new Authority(directory, keys, certificate, pem, write(directory, `${name}.pem`, pem));
  }

  async issue(file: string, request: Request = {}): Promise<Identity> {
    const { name = "localhost", usages = ["serverAuth", "clientAuth"], expired = false } = request;
    const keys = await generateKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      subject: `CN=${name}`,
      issuer: this.#certificate.subject,
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      signingAlgorithm: algorithm,
      ...validity(expired),
      extensions: [
        new x509.SubjectAlternativeNameExtension([{ type: "dns", value: name }]),
        new x509.ExtendedKeyUsageExtension(usages.map((usage) => x509.ExtendedKeyUsage[usage])),
      ],
    });
    return identity(this.#directory, file, certificate, keys);
  }
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
}

function validity(expired = false): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - 2 * day), notAfter: new Date(now + (expired ? -day : day)) };
}

function identity(
  directory: string,
  file: string,
  certificate: x509.X509Certificate,
  keys: webcrypto.CryptoKeyPair,
): Identity {
  const cert = certificate.toString("pem");
  const key = String(KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" }));
  return {
    cert,
    key,
    certFile: write(directory, `${file}.pem`, cert),
    keyFile: write(directory, `${file}.key`, key),
  };
}

function write(directory: string, name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}
