import { PassThrough } from "node:stream";
import { type CallOptions, type ServiceClient, Status, StatusError } from "@go-plugin/grpc";
import { reflectionAlphaService, reflectionService } from "@go-plugin/grpc/reflection";
import { Schema } from "./schema.js";

/** The version of the reflection service that answered. */
export type ReflectionVersion = "v1" | "v1alpha";

/** A server's answer to reflection. */
export interface Reflected {
  readonly version: ReflectionVersion;
  /** The full names of the services that it lists. */
  readonly services: readonly string[];
  readonly schema: Schema;
  /** Services that it lists and does not describe, with its reason. */
  readonly undescribed: ReadonlyMap<string, string>;
}

/** Makes a client of one of the two services on the connection that is asked. */
export type ReflectionClient = (
  service: typeof reflectionService | typeof reflectionAlphaService,
) => ServiceClient<typeof reflectionService> | Promise<ServiceClient<typeof reflectionService>>;

type Ask = ServiceClient<typeof reflectionService>["serverReflectionInfo"];

/**
 * Asks a server for its services and their descriptors: `grpc.reflection.v1` first, then v1alpha.
 *
 * @param options those of its calls, and `symbols`: further names to ask for, such as services that the other side serves.
 * @throws {StatusError} UNIMPLEMENTED for a server without reflection.
 *
 * @example
 * ```ts
 * const { services, schema } = await reflect((service) => createClient(channel, service));
 * ```
 */
export async function reflect(
  client: ReflectionClient,
  options: CallOptions & { readonly symbols?: readonly string[] } = {},
): Promise<Reflected> {
  try {
    return await ask((await client(reflectionService)).serverReflectionInfo, "v1", options);
  } catch (error) {
    // Python says so for what it does not know; others close the stream.
    if (!(error instanceof StatusError) || error.code !== Status.UNIMPLEMENTED) throw error;
    return ask((await client(reflectionAlphaService)).serverReflectionInfo, "v1alpha", options);
  }
}

async function ask(
  method: Ask,
  version: ReflectionVersion,
  { symbols = [], ...options }: CallOptions & { readonly symbols?: readonly string[] },
): Promise<Reflected> {
  const schema = new Schema();
  const undescribed = new Map<string, string>();
  const conversation = new Conversation(method, options);
  try {
    const list = await conversation.ask({ listServices: "*" });
    if (list.errorResponse)
      throw new StatusError((list.errorResponse.errorCode ?? 2) as Status, list.errorResponse.errorMessage ?? "");
    const services = (list.listServicesResponse?.service ?? []).map(({ name }) => name ?? "");
    for (const name of [...services, ...symbols]) {
      if (schema.fileNames.length > 0 && schema.service(name)) continue;
      const answer = await conversation.ask({ fileContainingSymbol: name });
      schema.addFiles(answer.fileDescriptorResponse?.fileDescriptorProto ?? []);
      const reason = answer.errorResponse?.errorMessage;
      if (reason !== undefined && reason !== null) undescribed.set(name, reason);
    }
    await addImports(schema, conversation);
    return { version, services, schema, undescribed };
  } finally {
    await conversation.end();
  }
}

/** Some servers send the file alone, without what it imports. */
async function addImports(schema: Schema, conversation: Conversation): Promise<void> {
  const refused = new Set<string>();
  for (;;) {
    const name = schema.missingFiles.find((one) => !refused.has(one));
    if (name === undefined) return;
    const answer = await conversation.ask({ fileByFilename: name });
    schema.addFiles(answer.fileDescriptorResponse?.fileDescriptorProto ?? []);
    refused.add(name);
  }
}

type Request = { listServices?: string; fileContainingSymbol?: string; fileByFilename?: string };
type Response = ReturnType<Ask> extends AsyncIterable<infer T> ? T : never;

/** One stream of questions and answers. */
class Conversation {
  readonly #questions = new PassThrough({ objectMode: true });
  readonly #answers: AsyncIterator<Response>;

  constructor(method: Ask, options: CallOptions) {
    this.#answers = method(this.#questions, options)[Symbol.asyncIterator]();
  }

  async ask(request: Request): Promise<Response> {
    this.#questions.write(request);
    const { done, value } = await this.#answers.next();
    if (done) throw new StatusError(Status.INTERNAL, "the server ended the reflection stream before it answered");
    return value;
  }

  async end(): Promise<void> {
    this.#questions.end();
    await this.#answers.return?.();
  }
}
