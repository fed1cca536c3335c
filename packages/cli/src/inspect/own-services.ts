import { Status, StatusError } from "@go-plugin/grpc";
import { healthService } from "@go-plugin/grpc/health";
import { rawMethod } from "../messages/raw-method.js";
import type { OpenPlugin } from "../plugin/open-plugin.js";
import type { KnownServices } from "../plugin/schema.js";

/** The presence of a service; unknown if the plugin does not answer. */
export type Presence = "yes" | "no" | "unknown";

/** The services that go-plugin itself knows of. */
export interface OwnServices {
  /** Ends the plugin. */
  readonly "plugin.GRPCController": Presence;
  /** Carries its output to the host. */
  readonly "plugin.GRPCStdio": Presence;
  /** Further connections. */
  readonly "plugin.GRPCBroker": Presence;
  /** By service name, `SERVING` and the like. */
  readonly health: Readonly<Record<string, string>>;
  readonly reflection: "v1" | "v1alpha" | "no";
}

const ownNames = ["plugin.GRPCController", "plugin.GRPCStdio", "plugin.GRPCBroker"] as const;
const servingStatus = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

export async function findOwnServices(
  opened: OpenPlugin,
  { reflected }: KnownServices,
  signal: AbortSignal,
): Promise<OwnServices> {
  const presence = async (name: string): Promise<Presence> =>
    reflected?.services.includes(name) ? "yes" : probe(opened, name, signal);
  const [controller, stdio, broker] = await Promise.all(ownNames.map(presence));
  return {
    "plugin.GRPCController": controller!,
    "plugin.GRPCStdio": stdio!,
    "plugin.GRPCBroker": broker!,
    health: await readHealth(opened, signal),
    reflection: reflected?.version ?? "no",
  };
}

/**
 * Calls a method that no such service has: a server that tells unknown services and unknown methods apart tells
 * whether it has the service, and nothing happens there.
 */
async function probe(opened: OpenPlugin, service: string, signal: AbortSignal): Promise<Presence> {
  const method = rawMethod({ path: `/${service}/GoPluginInspect`, requestStream: false, responseStream: false });
  const client = (await opened.client(`probe ${service}`, { probe: method })) as {
    probe(request: Uint8Array, options: object): Promise<unknown>;
  };
  try {
    await client.probe(new Uint8Array(), { signal, timeoutMs: 5_000 });
  } catch (error) {
    const details = error instanceof StatusError && error.code === Status.UNIMPLEMENTED ? error.details : "";
    if (/unknown service/i.test(details)) return "no";
    if (/unknown method/i.test(details)) return "yes";
  }
  return "unknown";
}

async function readHealth(opened: OpenPlugin, signal: AbortSignal): Promise<Record<string, string>> {
  type Health = { check(request: { service: string }, options: object): Promise<{ status?: number | null }> };
  const client = (await opened.client("health", healthService)) as Health;
  const health: Record<string, string> = {};
  for (const service of ["plugin", ""]) {
    try {
      const { status } = await client.check({ service }, { signal, timeoutMs: 5_000 });
      health[service] = servingStatus[status ?? 0] ?? String(status);
    } catch (error) {
      health[service] = StatusError.from(error).message;
    }
  }
  return health;
}
