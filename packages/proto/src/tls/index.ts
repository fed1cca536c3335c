export { generateCertificate, toPem } from "./certificate.js";
export { createSecurity } from "./security.js";
