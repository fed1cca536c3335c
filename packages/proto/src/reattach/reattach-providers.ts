import type { ReattachConfig } from "../reattach-config.js";
import { fromGoReattachConfig, type GoReattachConfig, toGoReattachConfig } from "./go-reattach-config.js";

/**
 * Makes the value of `TF_REATTACH_PROVIDERS`, by which Terraform and OpenTofu use providers that run in test mode, for
 * example in a debugger. Go: terraform-plugin-go's tf5server and tf6server.
 *
 * @param providers the configuration that `test.onListening` receives, by the provider's source address.
 *
 * @example
 * ```ts
 * await serve(plugins, implementations, {
 *   test: {
 *     onListening: (config) => {
 *       const value = formatReattachProviders({ "registry.terraform.io/example/demo": config });
 *       console.log(`TF_REATTACH_PROVIDERS='${value}'`);
 *     },
 *   },
 * });
 * ```
 */
export function formatReattachProviders(providers: { readonly [address: string]: ReattachConfig }): string {
  const entries = Object.entries(providers).map(([address, config]) => [address, toGoReattachConfig(config)]);
  return JSON.stringify(Object.fromEntries(entries));
}

/**
 * Reads the value of `TF_REATTACH_PROVIDERS`. Each configuration can be passed to `reattach`. Go: Terraform's
 * parseReattachProviders.
 *
 * @throws {TypeError} when the text is not such a value.
 *
 * @example
 * ```ts
 * const providers = parseReattachProviders(process.env.TF_REATTACH_PROVIDERS ?? "{}");
 * const config = providers["registry.terraform.io/example/demo"];
 * if (config) await using plugin = await reattach(terraformPlugins, config);
 * ```
 */
export function parseReattachProviders(text: string): { [address: string]: ReattachConfig } {
  let providers: unknown;
  try {
    providers = JSON.parse(text);
  } catch (cause) {
    throw new TypeError(`expected JSON in TF_REATTACH_PROVIDERS, got ${JSON.stringify(text.slice(0, 200))}`, { cause });
  }
  if (typeof providers !== "object" || providers === null || Array.isArray(providers)) {
    throw new TypeError("expected TF_REATTACH_PROVIDERS to be an object by provider address");
  }
  return Object.fromEntries(
    Object.entries(providers).map(([address, config]) => [address, fromGoReattachConfig(config as GoReattachConfig)]),
  );
}
