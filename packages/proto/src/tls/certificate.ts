import { createHash, generateKeyPair, type KeyObject, randomBytes, sign } from "node:crypto";
import { promisify } from "node:util";
import {
  bitString,
  boolean,
  explicit,
  generalizedTime,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  utcTime,
  utf8String,
} from "./der.js";

/** A certificate with its private key. */
export interface CertificateAndKey {
  /** DER. */
  readonly certificate: Buffer;
  /** PEM. It stays in memory. */
  readonly key: string;
}

const hour = 3_600_000;

/**
 * Makes the one-time, self-signed certificate of one side of AutoMTLS, for the name `localhost` and both directions
 * of TLS, since host and plugin swap roles on brokered connections. Go: generateCert.
 */
export async function generateCertificate(): Promise<CertificateAndKey> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("ec", { namedCurve: "P-256" });
  const now = Date.now();
  const body = sequence(
    explicit(0, integer(Uint8Array.of(2))), // version 3
    integer(randomBytes(16)),
    ecdsaWithSha256,
    name,
    sequence(time(new Date(now - 30_000)), time(new Date(now + 262_980 * hour))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    explicit(3, extensions(publicKey)),
  );
  const signature = sign("sha256", body, privateKey);
  return {
    certificate: sequence(body, ecdsaWithSha256, bitString(signature)),
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}

const ecdsaWithSha256 = sequence(objectIdentifier("1.2.840.10045.4.3.2"));

const name = sequence(attribute("2.5.4.10", "HashiCorp"), attribute("2.5.4.3", "localhost"));

function attribute(type: string, text: string): Buffer {
  return set(sequence(objectIdentifier(type), utf8String(text)));
}

/** X.509 requires the short form until 2049 and the long one from 2050. */
function time(date: Date): Buffer {
  return date.getUTCFullYear() < 2050 ? utcTime(date) : generalizedTime(date);
}

function extensions(publicKey: KeyObject): Buffer {
  const point = publicKey.export({ type: "spki", format: "der" }).subarray(-65);
  const keyId = createHash("sha1").update(point).digest();
  return sequence(
    extension("2.5.29.14", false, octetString(keyId)),
    // digitalSignature, keyEncipherment, keyAgreement, keyCertSign
    extension("2.5.29.15", true, bitString(Uint8Array.of(0b1010_1100), 2)),
    // serverAuth, clientAuth
    extension(
      "2.5.29.37",
      false,
      sequence(objectIdentifier("1.3.6.1.5.5.7.3.1"), objectIdentifier("1.3.6.1.5.5.7.3.2")),
    ),
    extension("2.5.29.19", true, sequence(boolean(true))), // a CA, so that it can vouch for itself
    extension("2.5.29.17", false, sequence(implicit(2, Buffer.from("localhost")))),
  );
}

function extension(id: string, critical: boolean, content: Buffer): Buffer {
  return sequence(objectIdentifier(id), ...(critical ? [boolean(true)] : []), octetString(content));
}

/** Converts DER to the form that node:tls and `PLUGIN_CLIENT_CERT` use. */
export function toPem(certificate: Uint8Array): string {
  const lines =
    Buffer.from(certificate)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
