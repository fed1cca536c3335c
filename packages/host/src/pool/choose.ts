/** The facts on which the choice of a process depends. */
export interface Candidate {
  /** Its place in the pool, which it keeps. */
  readonly slot: number;
  readonly inFlight: number;
  /** It takes calls. */
  readonly available: boolean;
}

/** The candidate with the fewest calls in flight that has room for one more; the first of several. */
export function fewestInFlight<C extends Candidate>(candidates: readonly C[], maxInFlight: number): C | undefined {
  let best: C | undefined;
  let fewest = maxInFlight;
  for (const candidate of candidates) {
    if (candidate.inFlight < fewest && candidate.available) {
      best = candidate;
      fewest = candidate.inFlight;
    }
  }
  return best;
}

/**
 * The candidate that a key belongs to (rendezvous hashing): when one comes or goes, only the keys that it gets or had
 * move.
 */
export function ownerOf<C extends Candidate>(candidates: readonly C[], key: string): C | undefined {
  const hash = hashOf(key);
  let best: C | undefined;
  let highest = -1;
  for (const candidate of candidates) {
    if (!candidate.available) continue;
    const weight = mix(hash ^ mix(candidate.slot + 1));
    if (weight > highest) {
      best = candidate;
      highest = weight;
    }
  }
  return best;
}

/** FNV-1a. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash;
}

/** The finalizer of MurmurHash3: every bit of the input changes half of the output's. */
function mix(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
