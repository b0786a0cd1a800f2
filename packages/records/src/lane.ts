const LANES = 64;

/**
 * The lane of a natural key, 0 to 63: FNV-1a (32 bits) of its UTF-8 bytes, modulo 64. Fixed for life: rows are stored under it.
 * For work items the key is `<source>:<work item no>`, because child rows do not name an agency.
 */
export function laneOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) {
    const unit = key.charCodeAt(i);
    if (unit > 127) return laneOfBytes(key);
    hash = Math.imul(hash ^ unit, 0x01000193);
  }
  return (hash >>> 0) % LANES;
}

function laneOfBytes(key: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % LANES;
}
