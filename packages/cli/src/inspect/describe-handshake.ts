import { X509Certificate } from "node:crypto";
import { statSync } from "node:fs";
import { userInfo } from "node:os";
import type { Handshake } from "@go-plugin/proto/handshake";

/** A certificate, in the words of its fields. */
export interface CertificateReport {
  readonly subject: string;
  readonly names: string | undefined;
  readonly key: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly selfSigned: boolean;
  readonly fingerprint256: string;
}

/** The rights of a unix socket. */
export interface SocketReport {
  readonly path: string;
  readonly mode: string;
  readonly owner: number;
  readonly group: number;
  readonly mayConnect: string;
}

export function describeCertificate({ serverCertificate }: Handshake): CertificateReport | undefined {
  if (serverCertificate === "") return undefined;
  const certificate = new X509Certificate(Buffer.from(serverCertificate, "base64"));
  const { namedCurve, modulusLength } = certificate.publicKey.asymmetricKeyDetails ?? {};
  return {
    subject: certificate.subject.replaceAll("\n", ", "),
    names: certificate.subjectAltName,
    key: [certificate.publicKey.asymmetricKeyType, namedCurve ?? modulusLength].join(" "),
    validFrom: certificate.validFrom,
    validTo: certificate.validTo,
    selfSigned: certificate.verify(certificate.publicKey),
    fingerprint256: certificate.fingerprint256,
  };
}

export function describeSocket({ network, address }: Handshake): SocketReport | undefined {
  if (network !== "unix") return undefined;
  const stats = statSync(address, { throwIfNoEntry: false });
  if (!stats) return undefined;
  const mode = stats.mode & 0o777;
  const { uid } = userInfo();
  const owner = stats.uid === uid ? "this user" : `user ${stats.uid}`;
  // To connect is to write.
  const others = [mode & 0o020 ? `group ${stats.gid}` : "", mode & 0o002 ? "everybody" : ""].filter(
    (one) => one !== "",
  );
  return {
    path: address,
    mode: mode.toString(8).padStart(4, "0"),
    owner: stats.uid,
    group: stats.gid,
    mayConnect: [owner, ...others].join(", "),
  };
}
