import { Metadata as GrpcJsMetadata } from "@grpc/grpc-js";
import { Metadata } from "../headers/metadata.js";

/** Ours as grpc-js's, which cannot hold every value that a peer can send; like grpc-js, it leaves out the others. */
export function toGrpcJsMetadata(metadata: Metadata): GrpcJsMetadata {
  const result = new GrpcJsMetadata();
  for (const [key, value] of metadata) {
    try {
      result.add(
        key,
        typeof value === "string" ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength),
      );
    } catch {
      // The call goes on without it.
    }
  }
  return result;
}

/** grpc-js's as ours. */
export function fromGrpcJsMetadata(metadata: GrpcJsMetadata): Metadata {
  return new Metadata(metadata.toJSON());
}
