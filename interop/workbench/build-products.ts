import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../.build/products/", import.meta.url));

/** A program of a product, as it was built. */
export function product(name: "tofu" | "terraform-provider-time"): string {
  return `${folder}${name}`;
}

/** Debian's name for it; `CHROMIUM` overrides it. */
export const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Builds OpenTofu and a provider from the module proxy: three minutes with an empty cache, seconds with a full one. */
export default function buildProducts(): void {
  if (!existsSync(chromium))
    throw new Error(`expected a browser at ${chromium}: apt-get install chromium, or set CHROMIUM`);
  try {
    execFileSync("tshark", ["--version"], { stdio: "ignore" });
  } catch (cause) {
    throw new Error("expected tshark: apt-get install tshark", { cause });
  }
  mkdirSync(`${folder}tofu-module`, { recursive: true });
  // `go install` takes no version for a module with a replace directive, which OpenTofu has.
  writeFileSync(
    `${folder}tofu-module/go.mod`,
    [
      "module workbench/tofu",
      "go 1.26",
      "require github.com/opentofu/opentofu v1.12.6",
      "replace github.com/hashicorp/hcl/v2 v2.20.1 => github.com/opentofu/hcl/v2 v2.20.2-0.20251021132045-587d123c2828",
      "",
    ].join("\n"),
  );
  const go = (cwd: string, env: NodeJS.ProcessEnv, ...args: string[]) =>
    execFileSync("go", args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] });
  go(folder, { GOBIN: folder.slice(0, -1) }, "install", "github.com/hashicorp/terraform-provider-time@v0.14.2");
  const tofu = ["build", "-o", product("tofu"), "github.com/opentofu/opentofu/cmd/tofu"];
  go(`${folder}tofu-module`, { GOFLAGS: "-mod=mod" }, ...tofu);
}
