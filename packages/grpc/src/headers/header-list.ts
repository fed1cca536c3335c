/** Headers as HTTP/2 sends them: a list stands for several fields of one name. */
export type HeaderRecord = Record<string, string | number | string[]>;

/** Headers as HTTP/2 receives them: name, value, name, value, … in the order of arrival. */
export type RawHeaders = readonly string[];

/** The size of a header list as HTTP/2 counts it: names, values and 32 bytes for each. */
export function headerListSize(headers: HeaderRecord): number {
  let size = 0;
  for (const [name, values] of Object.entries(headers)) {
    for (const value of Array.isArray(values) ? values : [values]) size += name.length + String(value).length + 32;
  }
  return size;
}
