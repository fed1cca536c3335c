import { descriptors as errorDetails } from "./gen/error-details.js";
import { descriptors as protocol } from "./gen/protocol.js";
import { descriptors as standard } from "./gen/standard.js";
import { Schema } from "./schema.js";

/** go-plugin's own services, health, reflection, and the usual details of errors. */
export function standardSchema(): Schema {
  const schema = new Schema();
  for (const descriptors of [protocol, standard, errorDetails]) {
    schema.addSchema(Schema.fromDescriptorSet(descriptors()));
  }
  return schema;
}
