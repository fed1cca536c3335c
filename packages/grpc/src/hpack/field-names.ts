import { staticFields, staticTable } from "./static-table.js";

/** A header name that the encoder treats in a special way. */
export interface FieldName {
  /** The first field of this name in the static table, or 0. */
  readonly index: number;
  /** The number of consecutive fields of this name in the static table. */
  fields: number;
  /** The position among the names that go into the dynamic table, or -1. */
  dynamic: number;
  /** True for secret values, which no intermediary may put into a table either. */
  secret: boolean;
}

/** Names whose values a connection repeats. */
export const dynamicNames = [
  ":authority",
  ":path",
  "te",
  "content-type",
  "user-agent",
  "grpc-accept-encoding",
  "grpc-encoding",
  "grpc-status",
] as const;

// All of them are in the static table.
const secretNames = ["authorization", "cookie", "proxy-authorization"] as const;

let names: ReadonlyMap<string, FieldName> | undefined;

export function fieldNames(): ReadonlyMap<string, FieldName> {
  names ??= createNames();
  return names;
}

function createNames(): Map<string, FieldName> {
  const names = new Map<string, FieldName>();
  const table = staticTable();
  let last: FieldName | undefined;
  for (let index = 1; index <= staticFields; index++) {
    const name = table[index * 2 - 2]!;
    if (last !== undefined && name === table[index * 2 - 4]) {
      last.fields++;
    } else {
      last = { index, fields: 1, dynamic: -1, secret: false };
      names.set(name, last);
    }
  }
  for (let dynamic = 0; dynamic < dynamicNames.length; dynamic++) {
    const name = dynamicNames[dynamic]!;
    const known = names.get(name);
    if (known === undefined) names.set(name, { index: 0, fields: 0, dynamic, secret: false });
    else known.dynamic = dynamic;
  }
  for (const name of secretNames) names.get(name)!.secret = true;
  return names;
}
