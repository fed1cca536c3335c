import type { Report } from "../run/result.js";

/** JSON for a badge, in the form of shields.io's endpoints. */
export function badgeReport({ results, ok }: Report): string {
  const passed = results.filter(({ outcome }) => outcome === "passed").length;
  const warned = results.filter(({ outcome }) => outcome === "warned").length;
  const seen = results.filter(({ outcome }) => outcome !== "not applicable").length;
  const color = !ok ? "red" : warned > 0 ? "yellow" : "brightgreen";
  return `${JSON.stringify({ schemaVersion: 1, label: "go-plugin protocol", message: `${passed}/${seen}`, color })}\n`;
}
