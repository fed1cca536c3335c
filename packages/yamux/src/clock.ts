/** Milliseconds on a clock that never goes back. Not `performance`: the first use of it takes longer than a start has. */
export function now(): number {
  return process.uptime() * 1000;
}
