/** The TypeScript name of a Go method. */
export function methodName(goName: string): string {
  const name = goName.charAt(0).toLowerCase() + goName.slice(1);
  return name === "then" ? "Then" : name;
}
