import type { ServiceImplementation } from "../service/definition.js";
import { Status, StatusError } from "../status/status.js";
import { type DescriptorFile, DescriptorIndex } from "./descriptor-index.js";
import { descriptors as standardDescriptors } from "./gen/descriptors.js";
import type { grpc } from "./gen/reflection.js";
import type { reflectionService } from "./reflection-service.js";

type Request = grpc.reflection.v1.IServerReflectionRequest & { messageRequest?: string };
type Response = grpc.reflection.v1.IServerReflectionResponse;

/**
 * An encoded `google.protobuf.FileDescriptorSet`, imports included (`buf build -o set.binpb`, or
 * `protoc --include_imports --descriptor_set_out=set.binpb`), or a function that loads one.
 */
export type DescriptorSource = Uint8Array | (() => Uint8Array | Promise<Uint8Array>);

/** Options of reflection. */
export interface ReflectionOptions {
  /** The full names of the services to list. */
  readonly services: readonly string[];
  /**
   * The descriptors that declare them, loaded at the first request that needs them. Health and reflection are always
   * known. Go: the descriptors that generated code registers.
   * @default none: services are listed, and requests for their types answered with NOT_FOUND
   */
  readonly descriptors?: readonly DescriptorSource[];
}

/**
 * Implements both versions of the reflection service, which grpcurl and similar tools use. Go: reflection.Register.
 *
 * @example
 * ```ts
 * const reflection = createReflection({ services: ["greeter.Greeter"], descriptors: [descriptors] });
 * server.addService(reflectionService, reflection);
 * server.addService(reflectionAlphaService, reflection);
 * ```
 */
export function createReflection(options: ReflectionOptions): ServiceImplementation<typeof reflectionService> {
  const services = [...options.services].sort();
  let loading: Promise<DescriptorIndex> | undefined;

  async function loadIndex(): Promise<DescriptorIndex> {
    const sources = [standardDescriptors, ...(options.descriptors ?? [])];
    return new DescriptorIndex(
      await Promise.all(sources.map((source) => (typeof source === "function" ? source() : source))),
    );
  }

  function index(): Promise<DescriptorIndex> {
    loading ??= loadIndex().catch((error) => {
      // The next request tries again.
      loading = undefined;
      throw error;
    });
    return loading;
  }

  async function answer(request: Request, sent: Set<string>): Promise<Response> {
    const file = async (found: DescriptorFile | undefined, what: string) =>
      found
        ? { fileDescriptorResponse: { fileDescriptorProto: (await index()).withImports(found, sent) } }
        : notFound(what);
    switch (request.messageRequest) {
      case "listServices":
        return { listServicesResponse: { service: services.map((name) => ({ name })) } };
      case "fileByFilename":
        return file((await index()).file(request.fileByFilename ?? ""), `file "${request.fileByFilename}"`);
      case "fileContainingSymbol": {
        const symbol = request.fileContainingSymbol ?? "";
        return file((await index()).fileOfSymbol(symbol), `symbol "${symbol}"`);
      }
      case "fileContainingExtension": {
        const { containingType, extensionNumber } = request.fileContainingExtension ?? {};
        return file(
          (await index()).fileOfExtension(containingType ?? "", extensionNumber ?? 0),
          `extension ${extensionNumber ?? 0} of "${containingType ?? ""}"`,
        );
      }
      case "allExtensionNumbersOfType": {
        const type = request.allExtensionNumbersOfType ?? "";
        const extensionNumber = (await index()).extensionNumbers(type);
        if (!extensionNumber) return notFound(`type "${type}"`);
        return { allExtensionNumbersResponse: { baseTypeName: type, extensionNumber: [...extensionNumber] } };
      }
      default:
        throw new StatusError(Status.INVALID_ARGUMENT, "a reflection request must set one field of message_request");
    }
  }

  return {
    async *serverReflectionInfo(requests) {
      const sent = new Set<string>();
      for await (const request of requests) {
        yield { validHost: request.host, originalRequest: request, ...(await answer(request, sent)) };
      }
    },
  };
}

function notFound(what: string): Response {
  const errorMessage = `${what} is in no descriptor of this server; its author has to give reflection a FileDescriptorSet that declares it`;
  return { errorResponse: { errorCode: Status.NOT_FOUND, errorMessage } };
}
