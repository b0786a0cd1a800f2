import type { DeriveWorld, RecordPlace } from '@gnomon/records';
import type { ReviewRow } from './review-view.ts';

/** The reviewed agency's place: as the register says, else the division that the row names. */
export function placeOf({ agency, area, item }: ReviewRow, world: DeriveWorld): RecordPlace {
  const registered = world.agency(agency);
  return {
    agency,
    division: registered?.division ?? trimDivision(area),
    department: registered?.department ?? '',
    item: item ?? null,
  };
}

/** `150121000000` → `150121`: pairs of zeros at the end of the first six digits, triples after them. */
export function trimDivision(code: string): string {
  const upper = code.slice(0, 6).replace(/(?:00){1,2}$/, '');
  if (upper.length < 6) return upper;
  return `${upper}${code.slice(6).replace(/(?:000){1,2}$/, '')}`;
}
