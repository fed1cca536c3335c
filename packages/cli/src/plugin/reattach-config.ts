import { readFileSync } from "node:fs";
import type { ReattachConfig } from "@go-plugin/proto";
import { UsageError } from "../errors.js";

const variable = "TF_REATTACH_PROVIDERS";

/** Reads how to reach a running plugin: from a file, from JSON, or from Terraform's variable. */
export function readReattachConfig(source: string): ReattachConfig {
  const text = source === variable ? fromEnvironment() : source.trimStart().startsWith("{") ? source : read(source);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`--reattach: expected JSON, got ${JSON.stringify(text.slice(0, 100))}`, { cause });
  }
  const config = fromOurs(value) ?? fromGo(value) ?? fromProviders(value);
  if (config) return config;
  throw new UsageError(
    `--reattach: expected what reattachConfig() returns, Go's ReattachConfig, or the value of ${variable}; got ${text.slice(0, 200)}`,
  );
}

function fromEnvironment(): string {
  const text = process.env[variable];
  if (text) return text;
  throw new UsageError(
    `--reattach ${variable}: the variable is not set. A provider prints it when it is started with -debug`,
  );
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new UsageError(`--reattach: ${(cause as Error).message}`, { cause });
  }
}

function fromOurs(value: unknown): ReattachConfig | undefined {
  const { protocol, network, address } = Object(value) as Partial<ReattachConfig>;
  return protocol && network && address ? (value as ReattachConfig) : undefined;
}

interface GoConfig {
  readonly Protocol?: string;
  readonly ProtocolVersion?: number;
  readonly Pid?: number;
  readonly Test?: boolean;
  readonly Addr?: { readonly Network?: string; readonly String?: string };
}

function fromGo(value: unknown): ReattachConfig | undefined {
  const { Protocol, ProtocolVersion = 1, Pid = 0, Test = false, Addr } = Object(value) as GoConfig;
  if (!Addr?.Network || !Addr.String) return undefined;
  return {
    protocol: Protocol === "grpc" ? "grpc" : "netrpc",
    version: ProtocolVersion,
    network: Addr.Network as "unix" | "tcp",
    address: Addr.String,
    pid: Pid,
    test: Test,
  };
}

function fromProviders(value: unknown): ReattachConfig | undefined {
  const providers = Object.entries(Object(value) as Record<string, unknown>);
  const configs = providers.map(([, one]) => fromGo(one)).filter((one) => one !== undefined);
  if (configs.length <= 1) return configs[0];
  throw new UsageError(
    `--reattach: there are several providers, ${providers.map(([name]) => name).join(", ")}; give the JSON of one`,
  );
}
