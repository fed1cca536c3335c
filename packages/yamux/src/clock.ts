/** Milliseconds on a monotonic clock. Not `performance`: its first use takes longer than a start has. */
export function now(): number {
  return process.uptime() * 1000;
}
