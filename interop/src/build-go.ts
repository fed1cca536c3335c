import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const directory = fileURLToPath(new URL("..", import.meta.url));

/** HashiCorp's own example programs, built from the go-plugin module as it is. */
const examples = {
  "basic-host": "basic",
  "basic-plugin": "basic/plugin",
  "bidirectional-host": "bidirectional",
  "bidirectional-plugin": "bidirectional/plugin-go-grpc",
  "grpc-host": "grpc",
  "grpc-plugin": "grpc/plugin-go-grpc",
  "grpc-plugin-netrpc": "grpc/plugin-go-netrpc",
  "negotiated-host": "negotiated",
  "negotiated-plugin": "negotiated/plugin-go",
  "streaming-host": "streaming",
  "streaming-plugin": "streaming/plugin",
};

/** Built in the module `grpc-go`, that is with the newest grpc-go instead of the one go-plugin chose. */
const newest = {
  grpcurl: "github.com/fullstorydev/grpcurl/cmd/grpcurl",
  "grpc-interop-client": "google.golang.org/grpc/interop/client",
  "grpc-interop-server": "google.golang.org/grpc/interop/server",
};

/** Path of a Go program that the suite builds: one of ours by its folder's name, or one named above. */
export function goProgram(name: string): string {
  const path = `${directory}.build/${name}`;
  if (!existsSync(path)) {
    throw new Error(`Go program "${name}" is not built: expected interop/programs/${name} or an entry in build-go.ts`);
  }
  return path;
}

async function build(name: string, goPackage: string, module = ""): Promise<void> {
  const args = ["build", "-o", `${directory}.build/${name}`, goPackage];
  try {
    await promisify(execFile)("go", args, { cwd: directory + module, maxBuffer: 1 << 26 });
  } catch (error) {
    throw new Error(`go ${args.join(" ")} failed (Go 1.24 or newer is needed): ${String(error)}`, { cause: error });
  }
}

/** Builds everything into interop/.build; Go's own cache makes the second time quick. */
export default async function buildGo(): Promise<void> {
  for (const name of readdirSync(`${directory}programs`)) await build(name, `./programs/${name}`);
  for (const [name, path] of Object.entries(examples)) {
    await build(name, `github.com/hashicorp/go-plugin/examples/${path}`);
  }
  for (const [name, path] of Object.entries(newest)) await build(name, path, "grpc-go");
}
