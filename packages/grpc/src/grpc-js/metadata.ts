import { Metadata as GrpcJsMetadata } from "@grpc/grpc-js";
import { Metadata } from "../metadata.js";

/** Ours as grpc-js's. */
export function toGrpcJsMetadata(metadata: Metadata): GrpcJsMetadata {
  const result = new GrpcJsMetadata();
  for (const [key, value] of metadata) {
    result.add(key, typeof value === "string" ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength));
  }
  return result;
}

/** grpc-js's as ours. */
export function fromGrpcJsMetadata(metadata: GrpcJsMetadata): Metadata {
  return new Metadata(metadata.toJSON());
}
