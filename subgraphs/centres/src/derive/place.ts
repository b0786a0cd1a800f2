import type { DeriveWorld, KeptValue, RecordPlace } from '@gnomon/records';

/** What a place is looked up in. */
export type PlaceWorld = Pick<DeriveWorld, 'listed' | 'agency'>;

/** A published object as the lists hold it. */
export type Listed = Readonly<Record<string, KeptValue>>;

/** A kept text of a listed object; '' where there is none. */
export function listedText(listed: Listed | undefined, column: string): string {
  const value = listed?.[column];
  return typeof value === 'string' ? value : '';
}

/**
 * Where something of a centre belongs: to the agency that is named, else to the one that runs the centre; always in the centre's
 * division. Empty while the centre is not published.
 */
export function placeIn(world: PlaceWorld, centre: string, agency = '', item: string | null = null): RecordPlace {
  const listed = world.listed('centre', centre);
  const uscc = agency === '' ? listedText(listed, 'org_code') : agency;
  const known = uscc === '' ? undefined : world.agency(uscc);
  return {
    agency: uscc,
    division: listedText(listed, 'division') || (known?.division ?? ''),
    department: known?.department ?? '',
    item,
  };
}

/** Where a window belongs: to the agency that its special window serves, else to the centre's. */
export function placeOfWindow(world: PlaceWorld, centre: string, window: string): RecordPlace {
  return placeIn(world, centre, listedText(world.listed('centre_window', `${centre}:${window}`), 'org_code'));
}
