export { type CertificateAndKey, generateCertificate, toPem } from "./certificate.js";
export { createSecurity, type Security, type SecurityOptions } from "./security.js";
