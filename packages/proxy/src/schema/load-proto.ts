import { readFileSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { Schema } from "./schema.js";

/**
 * Reads .proto files.
 *
 * @param paths files, or folders that are searched for them.
 * @param includes folders in which imports are found. Default: the given folders, and those of the given files.
 * @throws {Error} for what is no .proto file, naming the file and line.
 */
export async function loadProto(paths: readonly string[], includes: readonly string[] = []): Promise<Schema> {
  // Reading .proto files is rare, and the library for it is large.
  const { default: protobuf } = await import("protobufjs");
  const { default: descriptor } = (await import("protobufjs/ext/descriptor/index.js")) as unknown as {
    default: { FileDescriptorSet: { encode(message: unknown): { finish(): Uint8Array } } };
  };
  const folders = paths.map((path) => (statSync(path).isDirectory() ? path : dirname(path)));
  const roots = [...includes, ...folders].map((path) => resolve(path));
  const root = new protobuf.Root();
  root.resolvePath = (origin, target) => {
    if (isAbsolute(target)) return target;
    const found = [...roots, ...(origin ? [dirname(origin)] : [])].map((folder) => join(folder, target)).find(exists);
    // A file that is missing may be one of Google's, which protobufjs brings.
    return found ?? target;
  };
  const files = (await Promise.all(paths.map(protoFilesOf))).flat().map((path) => resolve(path));
  if (files.length === 0) throw new Error(`expected .proto files, found none in ${paths.join(", ")}`);
  await root.load(files, { keepCase: true });
  root.resolveAll();
  const described = root as unknown as { toDescriptor(edition: string): unknown };
  return Schema.fromDescriptorSet(descriptor.FileDescriptorSet.encode(described.toDescriptor("proto3")).finish());
}

async function protoFilesOf(path: string): Promise<string[]> {
  if (!statSync(path).isDirectory()) return [path];
  const names = await readdir(path, { recursive: true });
  return names.filter((name) => name.endsWith(".proto")).map((name) => join(path, name));
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/**
 * @throws {Error} for a file that cannot be read, or holds something else.
 *
 * @example
 * ```ts
 * const schema: Schema = loadDescriptorSet("descriptors.bin");
 * ```
 */
export function loadDescriptorSet(path: string): Schema {
  try {
    return Schema.fromDescriptorSet(readFileSync(path));
  } catch (cause) {
    throw new Error(
      `expected an encoded FileDescriptorSet in ${relative("", path)} (buf build -o ${relative("", path)}, or protoc --include_imports --descriptor_set_out=…): ${(cause as Error).message}`,
      { cause },
    );
  }
}
