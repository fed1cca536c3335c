import { basename } from "node:path";
import type { Protocol } from "@go-plugin/proto";
import { UsageError } from "../errors.js";
import data from "./products.json" with { type: "json" };

/** The parameters with which a product's host starts its plugins. */
export interface Product {
  readonly names: readonly string[];
  /** For people. */
  readonly what: string;
  /** `KEY=VALUE`. */
  readonly cookie: string;
  readonly versions: readonly number[];
  readonly protocol: Protocol;
  /** The names that the host dispenses. */
  readonly plugins: readonly string[];
  readonly autoMtls: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Regular expression of the names of plugins' files. */
  readonly files?: string;
}

export const products = data as readonly unknown[] as readonly Product[];

/** @throws {UsageError} for a name that no product has. */
export function findProduct(name: string): Product {
  const product = products.find((one) => one.names.includes(name));
  if (product) return product;
  const known = products.flatMap((one) => one.names).join(", ");
  throw new UsageError(
    `--product: expected one of ${known}; got ${JSON.stringify(name)}. For others there are --cookie, --versions and --auto-mtls.`,
  );
}

/** The product whose plugins have such a file name. */
export function guessProduct(command: string): Product | undefined {
  return products.find((one) => one.files !== undefined && new RegExp(one.files).test(basename(command)));
}
