import {
  createFileRegistry,
  type DescFile,
  type DescMessage,
  type DescMethod,
  type DescService,
  type FileRegistry,
  fromBinary,
  fromJson,
  type JsonValue,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { readValues, writeValues } from "./values.js";

/** Options for showing messages as JSON. */
export interface JsonOptions {
  /**
   * Also shows fields that have their default value.
   * @default false
   */
  readonly emitDefaults?: boolean;
}

/** A method of a service that a {@link Schema} knows. */
export interface SchemaMethod {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly input: DescMessage;
  readonly output: DescMessage;
}

/**
 * The services and messages of .proto files, which turns messages into JSON and back: protobuf's own mapping, and the
 * values that Terraform's and OpenTofu's protocols pack into bytes as what they hold.
 */
export class Schema {
  readonly #files = new Map<string, FileDescriptorProto>();
  #registry: FileRegistry | undefined;

  /** @param descriptorSet an encoded google.protobuf.FileDescriptorSet. @throws {Error} for what is none. */
  static fromDescriptorSet(descriptorSet: Uint8Array): Schema {
    const schema = new Schema();
    for (const file of fromBinary(FileDescriptorSetSchema, descriptorSet).file) schema.#add(file);
    return schema;
  }

  /** Adds encoded google.protobuf.FileDescriptorProtos; of two with the same name the first counts. */
  addFiles(files: Iterable<Uint8Array>): void {
    for (const bytes of files) this.#add(fromBinary(FileDescriptorProtoSchema, bytes));
  }

  /** Adds what another one knows and this one does not. */
  addSchema(other: Schema): void {
    for (const file of other.#files.values()) this.#add(file);
  }

  get fileNames(): string[] {
    return [...this.#files.keys()];
  }

  /** Names that the files import and that are not there. */
  get missingFiles(): string[] {
    const imported = [...this.#files.values()].flatMap((file) => file.dependency);
    return [...new Set(imported)].filter((name) => !this.#files.has(name));
  }

  /** All as one encoded google.protobuf.FileDescriptorSet. */
  toDescriptorSet(): Uint8Array {
    return toBinary(FileDescriptorSetSchema, {
      $typeName: "google.protobuf.FileDescriptorSet",
      file: [...this.#files.values()],
    });
  }

  get services(): DescService[] {
    return [...this.#load()].filter((type) => type.kind === "service");
  }

  service(name: string): DescService | undefined {
    return this.#load().getService(name);
  }

  message(name: string): DescMessage | undefined {
    return this.#load().getMessage(name);
  }

  /** @param path `/package.Service/Method`, with or without the first slash. */
  method(path: string): SchemaMethod | undefined {
    const [service = "", name] = path.replace(/^\//, "").split("/");
    const method = this.service(service)?.methods.find((one) => one.name === name);
    return method && describeMethod(method);
  }

  /** @throws {Error} for bytes that are no such message. */
  toJson(type: DescMessage, bytes: Uint8Array, options: JsonOptions = {}): JsonValue {
    const json = toJson(type, fromBinary(type, bytes), {
      registry: this.#load(),
      alwaysEmitImplicit: options.emitDefaults ?? false,
    });
    return readValues(type, json);
  }

  /** @throws {Error} for JSON that is no such message; it names the field. */
  fromJson(type: DescMessage, json: JsonValue): Uint8Array {
    return toBinary(type, fromJson(type, writeValues(type, json), { registry: this.#load() }));
  }

  #add(file: FileDescriptorProto): void {
    if (this.#files.has(file.name)) return;
    this.#files.set(file.name, file);
    this.#registry = undefined;
  }

  /** One registry of all files; an import that is missing is an empty file, so that all else can be used. */
  #load(): FileRegistry {
    if (this.#registry) return this.#registry;
    const known = new Map<string, DescFile>();
    const resolve = (name: string): FileDescriptorProto | DescFile | undefined =>
      known.get(name) ?? this.#files.get(name) ?? emptyFile(name);
    const registries: FileRegistry[] = [];
    for (const file of this.#files.values()) {
      if (known.has(file.name)) continue;
      const registry = createFileRegistry(file, resolve);
      for (const one of registry.files) if (!known.has(one.proto.name)) known.set(one.proto.name, one);
      registries.push(registry);
    }
    this.#registry = createFileRegistry(...registries);
    return this.#registry;
  }
}

export function describeMethod(method: DescMethod): SchemaMethod {
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
    responseStream: method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming",
    input: method.input,
    output: method.output,
  };
}

function emptyFile(name: string): FileDescriptorProto {
  return fromJson(FileDescriptorProtoSchema, { name, syntax: "proto3" });
}
