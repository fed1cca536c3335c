import "reflect-metadata";
import { webcrypto, X509Certificate } from "node:crypto";
import * as x509 from "@peculiar/x509";

/** A self-signed certificate with its key. */
export interface Identity {
  readonly pem: string;
  readonly der: Buffer;
  readonly key: string;
}

export interface CertificateOptions {
  /** @default "P-256" */
  readonly curve?: "P-256" | "P-384" | "P-521";
  /** DNS name of the subject alternative name; null for none. @default "localhost" */
  readonly name?: string | null;
  /** Makes a certificate that has expired already. @default false */
  readonly expired?: boolean;
}

const serverAuth = "1.3.6.1.5.5.7.3.1";
const clientAuth = "1.3.6.1.5.5.7.3.2";
const hashes = { "P-256": "SHA-256", "P-384": "SHA-384", "P-521": "SHA-512" } as const;

/** Makes a certificate with the fields that Go's has (rules TLS-2 and TLS-10), unless told otherwise. */
export async function createIdentity(options: CertificateOptions = {}): Promise<Identity> {
  const { curve = "P-256", name = "localhost", expired = false } = options;
  x509.cryptoProvider.set(webcrypto as never);
  const algorithm = { name: "ECDSA", namedCurve: curve, hash: hashes[curve] };
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
  const usages = x509.KeyUsageFlags;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=localhost, O=HashiCorp",
    notBefore: new Date(Date.now() - (expired ? 7_200_000 : 30_000)),
    notAfter: expired ? new Date(Date.now() - 3_600_000) : new Date("2056-01-01"),
    signingAlgorithm: algorithm,
    keys: keys as never,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(usages.digitalSignature | usages.keyAgreement | usages.keyCertSign, true),
      new x509.ExtendedKeyUsageExtension([serverAuth, clientAuth]),
      ...(name === null ? [] : [new x509.SubjectAlternativeNameExtension([{ type: "dns", value: name }])]),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  return {
    pem: certificate.toString("pem"),
    der: Buffer.from(certificate.rawData),
    key: `-----BEGIN PRIVATE KEY-----\n${key.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END PRIVATE KEY-----\n`,
  };
}

/** The first fault of a certificate of AutoMTLS; undefined if it has none. */
export function certificateProblem(certificate: X509Certificate): string | undefined {
  if (certificate.checkHost("localhost", { subject: "never" }) === undefined) {
    return `its subject alternative names are ${certificate.subjectAltName ?? "none"}`;
  }
  const now = Date.now();
  if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo)) {
    return `it is valid from ${certificate.validFrom} to ${certificate.validTo}`;
  }
  const usages: readonly string[] | undefined = certificate.keyUsage as readonly string[] | undefined;
  if (usages && !(usages.includes(serverAuth) && usages.includes(clientAuth))) {
    return `its extended key usages are ${usages.join(", ")}`;
  }
  return undefined;
}

/** Reads a certificate in DER or PEM; undefined when it is none. */
export function readCertificate(bytes: Buffer | string): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes);
  } catch {
    return undefined;
  }
}
