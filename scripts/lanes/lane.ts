/** One of the checks that a change must pass. It can be run alone, by its name. */
export interface Lane {
  readonly name: string;
  /** A shell command, run at the top of the repository with the dependencies' commands on its PATH. */
  readonly command: string;
  /** Lanes that must pass first. */
  readonly after?: readonly string[];
  /** Runs only when named: it has never passed in full, and must not block the lanes that have. */
  readonly byNameOnly?: boolean;
}

/**
 * The lanes whose names begin with one of `names`, and those that they need, in their own order. Without names: all
 * except those that run by name only.
 */
export function selectLanes(lanes: readonly Lane[], names: readonly string[]): readonly Lane[] {
  if (names.length === 0) return lanes.filter(({ byNameOnly }) => !byNameOnly);
  const unknown = names.find((name) => !lanes.some((lane) => lane.name.startsWith(name)));
  if (unknown !== undefined) {
    throw new Error(`expected names of lanes, got ${unknown}. There are: ${lanes.map(({ name }) => name).join(", ")}`);
  }
  const selected = new Set<Lane>();
  const add = (lane: Lane) => {
    selected.add(lane);
    for (const other of lanes) if (lane.after?.includes(other.name)) add(other);
  };
  for (const lane of lanes) if (names.some((name) => lane.name.startsWith(name))) add(lane);
  return lanes.filter((lane) => selected.has(lane));
}
