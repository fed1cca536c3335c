import type { Check } from "../run/run-checks.js";
import type { Trace } from "../run/trace.js";
import { expect, NotApplicable } from "../run/verdicts.js";
import { certificateProblem, readCertificate } from "../wire/certificates.js";
import { expectRefused } from "./judge.js";
import type { HostSubject } from "./subject.js";

export const hostTlsChecks: readonly Check<HostSubject>[] = [
  {
    rule: "TLS-10",
    async run(subject, trace) {
      const { certificate } = await secured(subject, trace);
      expect(certificate !== undefined, "a certificate in PEM as PLUGIN_CLIENT_CERT", "it cannot be read");
      const problem = certificateProblem(certificate);
      expect(!problem, "a certificate for DNS localhost, valid now, for both usages", problem ?? "");
    },
  },
  {
    rule: "TLS-11",
    async run(subject, trace) {
      const { certificate, reference } = await secured(subject, trace);
      const handshakes = reference.saw("tls");
      const presented = handshakes[0]?.certificate;
      const text =
        handshakes.length === 0 ? "there was no TLS" : presented ? "it presents another one" : "it presents none";
      expect(presented === certificate?.raw.toString("base64"), "the host to present PLUGIN_CLIENT_CERT", text);
    },
  },
  {
    rule: "TLS-12",
    async run(subject, trace) {
      await secured(subject, trace);
      const run = await subject.run({ tls: { presentsAnother: true } }, trace);
      expectRefused(run, "a plugin that presents another certificate than it announces");
    },
  },
  {
    rule: "TLS-13",
    async run(subject, trace) {
      await secured(subject, trace);
      const run = await subject.run({ ignores: ["PLUGIN_CLIENT_CERT"] }, trace);
      const called = run.calls.map(({ path }) => path).join(", ");
      expect(run.calls.length === 0, "no call in plain text", `the host called ${called}`);
    },
  },
];

/** The reference of a host that uses AutoMTLS. */
async function secured(subject: HostSubject, trace: Trace) {
  const reference = await subject.reference(trace);
  const { PLUGIN_CLIENT_CERT: pem } = reference.env;
  if (pem === undefined) throw new NotApplicable("the host does not use AutoMTLS");
  return { reference, certificate: readCertificate(pem) };
}
