import { Metadata as GrpcJsMetadata } from "@grpc/grpc-js";
import { Metadata } from "../headers/metadata.js";

/**
 * Converts our metadata to grpc-js's. Values that grpc-js's metadata cannot hold are left out, as grpc-js itself does.
 */
export function toGrpcJsMetadata(metadata: Metadata): GrpcJsMetadata {
  const result = new GrpcJsMetadata();
  for (const [key, value] of metadata) {
    try {
      result.add(
        key,
        typeof value === "string" ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength),
      );
    } catch {
      // The call continues without the value.
    }
  }
  return result;
}

/** Converts grpc-js's metadata to ours. */
export function fromGrpcJsMetadata(metadata: GrpcJsMetadata): Metadata {
  return new Metadata(metadata.toJSON());
}
