/** OpenSSL's codes and texts, explained for a host and its plugin. */
const meanings: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [
    /DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT|CERT_SIGNATURE_FAILURE/,
    "this host refused the plugin's certificate, which none of the authorities in tls.ca has signed",
  ],
  [
    /ERR_TLS_CERT_ALTNAME_INVALID/,
    "this host refused the plugin's certificate, which is for another name than tls.serverName",
  ],
  [
    /INVALID_PURPOSE/,
    "this host refused the plugin's certificate, whose extended key usage does not include serverAuth",
  ],
  [
    /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/,
    "this host refused the plugin's certificate, which is not valid at this time",
  ],
  [
    /alert (unknown ca|bad certificate|certificate required|certificate unknown|handshake failure|decrypt error)|TLSV1[_3]*_ALERT|ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE)/i,
    "the plugin refused this host's certificate: it expects tls.cert and tls.key from an authority that it knows",
  ],
  [
    /wrong version number|WRONG_VERSION_NUMBER|packet length too long|http request/i,
    "the plugin does not use TLS on its socket, and this host does: turn tls or autoMtls off, or configure TLS in the plugin",
  ],
  [
    /closed during the TLS handshake|ECONNRESET|the peer closed the connection/,
    "the plugin closed the connection during the TLS handshake or right after it: it refuses this host's certificate (tls.cert, which an authority that it knows has to sign), or does not use TLS",
  ],
];

/** Explains an error of a TLS handshake in one sentence; `undefined` for any other error. */
export function explainTlsError(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    const text = `${(at as NodeJS.ErrnoException).code} ${at.message}`;
    const meaning = meanings.find(([pattern]) => pattern.test(text))?.[1];
    if (meaning) return meaning;
  }
  return undefined;
}
