import { describe, expect, it } from 'vitest';
import { bodyPlace, cutToTier, placeAbove, tierAbove, tierOf } from '../src/index.ts';

const PLACES = [
  // place, tier, place of its supervision body, place one tier up
  ['15', 'REGION', '15', '15'],
  ['1501', 'LEAGUE', '1501', '15'],
  ['150121', 'BANNER', '150121', '1501'],
  ['150121100', 'BANNER', '150121', '1501'],
  ['150121100201', 'BANNER', '150121', '1501'],
] as const;

describe('tiers of places', () => {
  it.each(PLACES)('%s is of the tier %s, supervised by the body of %s, with %s above', (place, tier, body, above) => {
    expect(tierOf(place)).toBe(tier);
    expect(bodyPlace(place)).toBe(body);
    expect(placeAbove(place)).toBe(above);
  });

  it('go up one at a time and end at the region', () => {
    expect(tierAbove('BANNER')).toBe('LEAGUE');
    expect(tierAbove('LEAGUE')).toBe('REGION');
    expect(tierAbove('REGION')).toBe('REGION');
  });

  it('are what a code is cut to; a place above the tier stays as it is', () => {
    expect(cutToTier('150121100201', 'REGION')).toBe('15');
    expect(cutToTier('150121100201', 'LEAGUE')).toBe('1501');
    expect(cutToTier('150121100201', 'BANNER')).toBe('150121');
    expect(cutToTier('1501', 'BANNER')).toBe('1501');
  });
});
