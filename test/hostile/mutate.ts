/** A small seeded generator (mulberry32), so that a run can be repeated. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Bytes that begin or are large numbers in one of the formats, and separators of the lines. */
const interesting = [
  "f8ffffffffffffffff",
  "fc7fffffff",
  "fe8000",
  "00",
  "ff",
  "80",
  "7f",
  "ffffffff",
  "7c",
  "0a",
  "22",
  "7b",
].map((hex) => Buffer.from(hex, "hex"));

/** A seed with some bytes changed, removed, repeated or inserted, or joined with another seed. */
export function mutate(seeds: readonly Buffer[], random: (below: number) => number): Buffer {
  let bytes = seeds[random(seeds.length)]!;
  for (let edits = 1 + random(5); edits > 0; edits--) {
    const at = random(bytes.length + 1);
    const before = bytes.subarray(0, at);
    const after = bytes.subarray(at + random(4));
    switch (random(5)) {
      case 0:
        bytes = Buffer.concat([before, Buffer.of(random(256)), after]);
        break;
      case 1:
        bytes = Buffer.concat([before, interesting[random(interesting.length)]!, after]);
        break;
      case 2:
        bytes = Buffer.concat([before, before.subarray(-1 - random(16)), bytes.subarray(at)]);
        break;
      case 3:
        bytes = Buffer.concat([before, seeds[random(seeds.length)]!.subarray(random(8))]);
        break;
      default:
        bytes = before.length > 0 ? Buffer.concat([before, after]) : after;
    }
    bytes = bytes.subarray(0, 1 << 16);
  }
  return bytes;
}
