import type { Schema, SchemaMethod } from "@go-plugin/proxy/schema";
import { UsageError } from "../errors.js";

/** @throws {UsageError} that says what there is. */
export function findMethod(schema: Schema, path: string): SchemaMethod {
  const method = schema.method(path);
  if (method) return method;
  const [service = ""] = path.replace(/^\//, "").split("/");
  const described = schema.service(service);
  const known = described
    ? `${service} has ${described.methods.map(({ name }) => name).join(", ")}`
    : `known are ${schema.services.map(({ typeName }) => typeName).join(", ")}`;
  throw new UsageError(`no method ${path}: ${known}. A plugin without reflection needs --descriptors or --proto.`);
}
