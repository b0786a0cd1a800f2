type Row = Record<string, unknown>;

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Merges what a subgraph answered into what is known, in place: objects by key, lists of equal length by index, all else by
 * replacement. `undefined` (a renamed key) is left out.
 */
export function mergeInto(target: Row, source: Row | null | undefined): void {
  if (source === null || source === undefined) return;
  for (const key of Object.keys(source)) {
    const value = source[key];
    if (value === undefined) continue;
    // An alias may be called __proto__: plain assignment would then change the object's prototype.
    if (key === '__proto__') {
      Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
      continue;
    }
    const known = target[key];
    if (isRow(value) && isRow(known)) mergeInto(known, value);
    else if (Array.isArray(value) && Array.isArray(known) && value.length === known.length) mergeLists(known, value);
    else target[key] = value;
  }
}

function mergeLists(target: unknown[], source: readonly unknown[]): void {
  for (let index = 0; index < source.length; index++) {
    const known = target[index];
    const value = source[index];
    if (isRow(known) && isRow(value)) mergeInto(known, value);
    else target[index] = value;
  }
}
