/** What a plugin's services and messages are: by reflection, from descriptors or .proto files; messages as JSON. */
export { loadDescriptorSet, loadProto } from "./load-proto.js";
export { type Reflected, type ReflectionClient, type ReflectionVersion, reflect } from "./reflect.js";
export { type JsonOptions, Schema, type SchemaMethod } from "./schema.js";
export { standardSchema } from "./standard.js";
export { decodeStatusDetails } from "./status-details.js";
