/** Learns a plugin's services and messages by reflection, from descriptors or from .proto files, and shows messages as JSON. */
export { loadDescriptorSet, loadProto } from "./load-proto.js";
export { type Reflected, type ReflectionClient, type ReflectionVersion, reflect } from "./reflect.js";
export { type JsonOptions, Schema, type SchemaMethod } from "./schema.js";
export { standardSchema } from "./standard.js";
export { decodeStatusDetails } from "./status-details.js";
