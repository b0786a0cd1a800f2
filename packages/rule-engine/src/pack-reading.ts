import type { Reading } from './load.ts';
import type { Pack } from './types.ts';

/** The checked reading behind each pack, for what needs the expressions again: receipts, reports, mutation. */
const readings = new WeakMap<Pack, Reading>();

export function rememberReading(pack: Pack, reading: Reading): Pack {
  readings.set(pack, reading);
  return pack;
}

/** @throws {TypeError} for an object that `loadPack` did not make */
export function readingOf(pack: Pack): Reading {
  const reading = readings.get(pack);
  if (reading === undefined) throw new TypeError('规则包须由 loadPack 得到 / a pack comes from loadPack');
  return reading;
}
