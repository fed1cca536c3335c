import type { PluginDefinition, Versions } from "@go-plugin/proto/internal";
import type { PoolOptions } from "./options.js";
import type { PluginPool } from "./plugin-pool.js";

/**
 * Starts several processes of one plugin, side by side, and spreads calls over them: each call goes to the process with
 * the fewest in flight. Every process is supervised as by `supervise`; the pool grows under load and shrinks when it is
 * idle. Go: none.
 *
 * @throws {PluginError} as `supervise`, when one of the first processes cannot be started. By then nothing of any is left.
 *
 * @example
 * ```ts
 * await using thumbnails = await pool(imagePlugins, { command: "./image-plugin", min: 1, max: 4 });
 * const images = await thumbnails.dispense("images");
 * await Promise.all(files.map((file) => images.shrink(file)));
 * console.log(await thumbnails.stats());
 * ```
 */
export async function pool<const V extends Versions>(
  definition: PluginDefinition<V>,
  options: PoolOptions<NoInfer<V>>,
): Promise<PluginPool<V>> {
  const [{ startPool }, { availableParallelism }] = await Promise.all([import("./start-pool.js"), import("node:os")]);
  return (await startPool(
    definition,
    options as unknown as PoolOptions,
    availableParallelism(),
  )) as unknown as PluginPool<V>;
}
