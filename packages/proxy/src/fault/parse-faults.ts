import type { Fault, FaultPlan, FaultPoint } from "./fault-plan.js";

interface Planned {
  readonly fault: Fault;
  readonly at: "handshake" | FaultPoint["at"];
  readonly method: string | undefined;
  /** From 1 on; undefined: each time. */
  readonly nth: number | undefined;
  seen: number;
}

const units = { ms: 1, s: 1_000, m: 60_000 } as const;

/**
 * A plan of texts such as `delay=200ms@call:Get`, `cut@message:my.Service/Put#3` or `garbage=hello`: what goes wrong,
 * and where.
 *
 * @throws {TypeError} for a text that is none.
 *
 * @example
 * ```ts
 * const proxy = await PluginProxy.start({ command: "./plugin", faults: parseFaults(["delay=200ms@call:Get"]) });
 * ```
 */
export function parseFaults(texts: readonly string[]): FaultPlan {
  const plan = texts.map(parseFault);
  return {
    atHandshake: () => plan.find(({ at, fault }) => at === "handshake" && fault.kind !== "wrong-certificate")?.fault,
    atCertificate: () => plan.some(({ fault }) => fault.kind === "wrong-certificate"),
    atPoint: (point) => plan.find((planned) => happens(planned, point))?.fault,
  };
}

function happens(planned: Planned, { at, method }: FaultPoint): boolean {
  if (planned.at !== at || (planned.method !== undefined && !isMethod(method, planned.method))) return false;
  // A fault without a method does not apply to go-plugin's own services.
  if (planned.method === undefined && method.startsWith("/plugin.")) return false;
  planned.seen++;
  return planned.nth === undefined || planned.seen === planned.nth;
}

function isMethod(path: string, name: string): boolean {
  return path === name || path.endsWith(`/${name}`) || path.endsWith(`.${name}`);
}

function parseFault(text: string): Planned {
  const [, kind, argument, place] = /^([a-z-]+)(?:=(.*?))?(?:@([^@]+))?$/.exec(text) ?? [];
  const fault = kind === undefined ? undefined : createFault(kind, argument);
  if (!fault) {
    throw new TypeError(
      `expected delay=200ms, cut, half, kill, garbage=TEXT or wrong-certificate, with @PLACE; got ${JSON.stringify(text)}`,
    );
  }
  const atStart = fault.kind === "garbage" || fault.kind === "wrong-certificate";
  const where = place ?? (atStart ? "handshake" : "call#1");
  const [, at, method, nth] = /^(handshake|call|message|end)(?::([\w./]+))?(?:#(\d+))?$/.exec(where) ?? [];
  if (at === undefined || (atStart && at !== "handshake")) {
    throw new TypeError(
      `expected a place such as handshake, call, message:my.Service/Method or end:Get#3; got ${JSON.stringify(where)} in ${JSON.stringify(text)}`,
    );
  }
  return { fault, at: at as Planned["at"], method, nth: nth === undefined ? undefined : Number(nth), seen: 0 };
}

function createFault(kind: string, argument: string | undefined): Fault | undefined {
  if (kind === "delay") {
    const [, number, unit] = /^(\d+)(ms|s|m)$/.exec(argument ?? "") ?? [];
    return number === undefined ? undefined : { kind, ms: Number(number) * units[unit as keyof typeof units] };
  }
  if (kind === "garbage") return { kind, text: argument ?? "this is no handshake" };
  if (argument !== undefined) return undefined;
  return kind === "cut" || kind === "half" || kind === "kill" || kind === "wrong-certificate" ? { kind } : undefined;
}
