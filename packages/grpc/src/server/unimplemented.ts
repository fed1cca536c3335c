import {
  type MethodDefinition,
  methodName,
  type ServiceDefinition,
  type ServiceImplementation,
} from "../service/definition.js";
import { Status, StatusError } from "../status/status.js";

/**
 * An implementation whose methods all answer UNIMPLEMENTED, to spread into an implementation that has only some of a
 * service's methods. Go: UnimplementedXServer.
 */
export function unimplemented<S extends ServiceDefinition>(service: S): ServiceImplementation<S> {
  const methods = Object.entries(service).map(([key, definition]) => [
    methodName(key),
    () => throwUnimplemented(definition),
  ]);
  return Object.fromEntries(methods) as ServiceImplementation<S>;
}

export function throwUnimplemented(definition: MethodDefinition): never {
  const name = definition.path.slice(definition.path.lastIndexOf("/") + 1);
  throw new StatusError(Status.UNIMPLEMENTED, `method ${name} not implemented`);
}
