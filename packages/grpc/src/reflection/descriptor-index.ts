import { go_plugin } from "./gen/descriptor-index.js";

const { File, FileSet } = go_plugin.reflection;
type IFile = go_plugin.reflection.IFile;
type IMessage = go_plugin.reflection.IMessage;
type IEnum = go_plugin.reflection.IEnum;
type IField = go_plugin.reflection.IField;
type INamed = go_plugin.reflection.INamed;

/** One .proto file: its encoded FileDescriptorProto, and the names of the files that it imports. */
export interface DescriptorFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly imports: readonly string[];
}

/** Finds the .proto file that declares a name. Names are fully qualified, without a leading dot. */
export class DescriptorIndex {
  readonly #files = new Map<string, DescriptorFile>();
  readonly #symbols = new Map<string, DescriptorFile>();
  /** By message type, then by number. */
  readonly #extensions = new Map<string, Map<number, DescriptorFile>>();

  /** Reads encoded `google.protobuf.FileDescriptorSet`s. A file that several sets have is taken from the first. */
  constructor(sets: readonly Uint8Array[]) {
    for (const set of sets) {
      for (const bytes of FileSet.decode(set).file) {
        const file = File.decode(bytes);
        if (!this.#files.has(file.name)) this.#addFile(file, bytes);
      }
    }
  }

  file(name: string): DescriptorFile | undefined {
    return this.#files.get(name);
  }

  /** The file that declares a message, field, enum, enum value, extension, service or method. */
  fileOfSymbol(symbol: string): DescriptorFile | undefined {
    return this.#symbols.get(symbol);
  }

  fileOfExtension(type: string, number: number): DescriptorFile | undefined {
    return this.#extensions.get(type)?.get(number);
  }

  /** The numbers of the known extensions of a message type; undefined if the type is unknown. */
  extensionNumbers(type: string): readonly number[] | undefined {
    const numbers = this.#extensions.get(type)?.keys();
    if (numbers) return [...numbers].sort((a, b) => a - b);
    return this.#symbols.has(type) ? [] : undefined;
  }

  /**
   * A file, then everything that it imports, directly or indirectly. Files in `sent` are left out, except the first;
   * `sent` grows.
   */
  withImports(file: DescriptorFile, sent: Set<string>): Uint8Array[] {
    sent.add(file.name);
    const files = [file];
    for (const { imports } of files) {
      for (const name of imports) {
        const imported = this.#files.get(name);
        if (!imported || sent.has(name)) continue;
        sent.add(name);
        files.push(imported);
      }
    }
    return files.map(({ bytes }) => bytes);
  }

  #addFile(parsed: IFile, bytes: Uint8Array): void {
    const file: DescriptorFile = { name: parsed.name ?? "", bytes, imports: parsed.dependency ?? [] };
    const scope = parsed.package ?? "";
    this.#files.set(file.name, file);
    for (const message of parsed.messageType ?? []) this.#addMessage(file, scope, message);
    for (const declared of parsed.enumType ?? []) this.#addEnum(file, scope, declared);
    this.#addExtensions(file, scope, parsed.extension);
    for (const service of parsed.service ?? []) {
      this.#addNames(file, this.#addName(file, scope, service), service.method);
    }
  }

  #addMessage(file: DescriptorFile, scope: string, message: IMessage): void {
    const name = this.#addName(file, scope, message);
    this.#addNames(file, name, message.field);
    this.#addNames(file, name, message.oneofDecl);
    for (const nested of message.nestedType ?? []) this.#addMessage(file, name, nested);
    for (const declared of message.enumType ?? []) this.#addEnum(file, name, declared);
    this.#addExtensions(file, name, message.extension);
  }

  #addEnum(file: DescriptorFile, scope: string, declared: IEnum): void {
    this.#addName(file, scope, declared);
    // The values of an enum are its siblings, as in C++.
    this.#addNames(file, scope, declared.value);
  }

  #addExtensions(file: DescriptorFile, scope: string, extensions: IField[] | null | undefined): void {
    this.#addNames(file, scope, extensions);
    for (const { extendee, number } of extensions ?? []) {
      const type = (extendee ?? "").replace(/^\./, "");
      const numbers = this.#extensions.get(type) ?? new Map<number, DescriptorFile>();
      this.#extensions.set(type, numbers.set(number ?? 0, file));
    }
  }

  #addNames(file: DescriptorFile, scope: string, declared: INamed[] | null | undefined): void {
    for (const one of declared ?? []) this.#addName(file, scope, one);
  }

  #addName(file: DescriptorFile, scope: string, { name }: INamed): string {
    const symbol = scope === "" ? (name ?? "") : `${scope}.${name}`;
    this.#symbols.set(symbol, file);
    return symbol;
  }
}
