import type { DescField, DescMessage } from "@bufbuild/protobuf";
import type { KnownServices } from "../plugin/schema.js";

export interface MethodReport {
  readonly name: string;
  readonly input: string;
  readonly output: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

export interface ServiceReport {
  readonly name: string;
  /** Empty where there is no description. */
  readonly methods: readonly MethodReport[];
  /** The reason why there is no description. */
  readonly undescribed?: string;
}

export interface FieldReport {
  readonly name: string;
  readonly number: number;
  readonly type: string;
}

/** Every service that the plugin lists, or that the given descriptors have. */
export function describeServices({ schema, reflected }: KnownServices, given: readonly string[]): ServiceReport[] {
  const names = reflected ? [...reflected.services] : given;
  return [...new Set(names)].sort().map((name) => {
    const service = schema.service(name);
    if (!service) return { name, methods: [], undescribed: reflected?.undescribed.get(name) ?? "no descriptor" };
    return {
      name,
      methods: service.methods.map((method) => ({
        name: method.name,
        input: method.input.typeName,
        output: method.output.typeName,
        requestStream: /client|bidi/.test(method.methodKind),
        responseStream: /server|bidi/.test(method.methodKind),
      })),
    };
  });
}

/** The messages that the methods of these services take and give, and those inside of them. */
export function describeMessages(
  { schema }: KnownServices,
  services: readonly ServiceReport[],
): Record<string, FieldReport[]> {
  const reports: Record<string, FieldReport[]> = {};
  const names = services.flatMap(({ methods }) => methods.flatMap(({ input, output }) => [input, output]));
  const waiting = names.map((name) => schema.message(name)).filter((type) => type !== undefined);
  for (let type = waiting.shift(); type; type = waiting.shift()) {
    if (reports[type.typeName]) continue;
    reports[type.typeName] = type.fields.map(describeField);
    for (const field of type.fields) if (field.message && isOwn(field.message)) waiting.push(field.message);
  }
  return Object.fromEntries(Object.entries(reports).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isOwn(type: DescMessage): boolean {
  return !type.typeName.startsWith("google.protobuf.");
}

function describeField(field: DescField): FieldReport {
  const one = field.message?.typeName ?? field.enum?.typeName ?? scalarName(field.scalar);
  const type =
    field.fieldKind === "list"
      ? `repeated ${one}`
      : field.fieldKind === "map"
        ? `map<${scalarName(field.mapKey)}, ${one}>`
        : one;
  return { name: field.name, number: field.number, type: field.oneof ? `${type} (oneof ${field.oneof.name})` : type };
}

const scalarNames = [
  "",
  "double",
  "float",
  "int64",
  "uint64",
  "int32",
  "fixed64",
  "fixed32",
  "bool",
  "string",
  "",
  "",
  "bytes",
  "uint32",
  "",
  "sfixed32",
  "sfixed64",
  "sint32",
  "sint64",
];

function scalarName(scalar: number | undefined): string {
  return scalarNames[scalar ?? 0] ?? "";
}
