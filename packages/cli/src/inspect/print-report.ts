import { colors } from "../terminal.js";
import type { Report } from "./report.js";

/** The report for people. */
export function formatReport(report: Report): string {
  const lines: string[] = [];
  const heading = (text: string) => lines.push("", colors.bold(text));
  const row = (name: string, value: unknown, meaning = "") =>
    lines.push(`  ${name.padEnd(20)} ${value}${meaning === "" ? "" : colors.dim(`  ${meaning}`)}`);

  lines.push(`${colors.bold(report.command ?? "plugin")}${report.product ? colors.dim(`  ${report.product}`) : ""}`);
  heading("Handshake");
  for (const { field, value, meaning } of report.handshake) row(field, value === "" ? "–" : value, meaning);
  if (report.socket) {
    row("socket mode", report.socket.mode, `may connect: ${report.socket.mayConnect}`);
  }
  if (report.lineMs !== undefined) row("line", `${report.lineMs.toFixed(1)} ms`, "after the start");
  row("first reply", `${report.firstReplyMs.toFixed(1)} ms`, "after the start");
  if (report.certificate) {
    heading("Certificate");
    const { subject, names, key, validFrom, validTo, selfSigned, fingerprint256 } = report.certificate;
    row("subject", subject, selfSigned ? "self-signed" : "");
    row("names", names ?? "–");
    row("key", key);
    row("valid", `${validFrom} – ${validTo}`);
    row("SHA-256", fingerprint256);
  }
  if (report.ownServices) {
    heading("go-plugin's own services");
    const { health, reflection, ...services } = report.ownServices;
    for (const [name, presence] of Object.entries(services)) row(name, presence);
    row("reflection", reflection);
    for (const [name, status] of Object.entries(health)) row(`health ${JSON.stringify(name)}`, status);
  }
  if (report.netrpc) {
    heading("net/rpc");
    row("Control.Ping", report.netrpc["Control.Ping"]);
    for (const [name, answer] of Object.entries(report.netrpc["Dispenser.Dispense"])) row(`Dispense ${name}`, answer);
  }
  for (const { name, methods, undescribed } of report.services ?? []) {
    heading(name);
    if (undescribed) lines.push(colors.dim(`  not described: ${undescribed}`));
    for (const method of methods) {
      const input = `${method.requestStream ? "stream " : ""}${shorten(method.input, name)}`;
      const output = `${method.responseStream ? "stream " : ""}${shorten(method.output, name)}`;
      lines.push(`  ${method.name}${colors.dim(`(${input}) → ${output}`)}`);
    }
  }
  for (const [name, fields] of Object.entries(report.messages ?? {})) {
    heading(`message ${name}`);
    for (const field of fields)
      lines.push(`  ${String(field.number).padStart(4)} ${field.name} ${colors.dim(field.type)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** A type's name, without the package that its service has as well. */
function shorten(type: string, service: string): string {
  const scope = service.slice(0, service.lastIndexOf(".") + 1);
  return scope !== "" && type.startsWith(scope) ? type.slice(scope.length) : type;
}
