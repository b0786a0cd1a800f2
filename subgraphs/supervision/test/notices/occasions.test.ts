import { expect, test } from 'vitest';
import type { Card, FeedPayload, Warning } from '../../src/card.ts';
import { addresseesOf } from '../../src/notices/occasions.ts';
import { FEED_KINDS } from '../../src/words.ts';
import { AGENCY } from './world.ts';

const about = { agency: AGENCY, division: '150105', rule: 'WI-03' };
const entry = (kind: FeedPayload['kind'], card: Partial<Card> | null): FeedPayload => ({
  kind,
  at: 0,
  signal: null,
  card: card === null ? null : ({ ...about, level: 'YELLOW', issuedAt: 1, escalatedTo: null, ...card } as Card),
  warning: card === null ? (about as Warning) : null,
});
const told = (kind: FeedPayload['kind'], card: Partial<Card> | null = {}) =>
  addresseesOf(entry(kind, card)).map(({ owner, posts }) => [owner, ...posts]);

test('a card that was never issued is told to its agency by no kind of entry', () => {
  for (const kind of FEED_KINDS)
    for (const level of ['YELLOW', 'RED'] as const)
      expect(addresseesOf(entry(kind, { level, issuedAt: null })).filter(({ agency }) => agency !== null)).toEqual([]);
});

test('what the agency must know goes to contact and chief, of a red card to the leader too, of an order always', () => {
  expect(told('ISSUED')).toEqual([[AGENCY, 'CONTACT', 'CHIEF']]);
  expect(told('ISSUED', { level: 'RED' })).toEqual([[AGENCY, 'CONTACT', 'CHIEF', 'LEADER']]);
  expect(told('ORDERED')).toEqual([
    [AGENCY, 'CONTACT', 'CHIEF', 'LEADER'],
    ['150105', 'SUPERVISOR'],
  ]);
  expect(told('WARNING_ISSUED', null)).toEqual([[AGENCY, 'CONTACT']]);
  expect(told('PROGRESS_REPORTED')).toEqual([]);
});

test('what must be decided goes to the supervision body that has the card: its own level’s, or the one to which it was handed', () => {
  expect(told('APPEALED')).toEqual([['150105', 'SUPERVISOR']]);
  expect(told('APPEALED', { escalatedTo: 'LEAGUE' })).toEqual([['1501', 'SUPERVISOR']]);
  expect(told('HELD', { issuedAt: null, division: '15' })).toEqual([['15', 'SUPERVISOR']]);
  expect(told('FALSE_REPORT_FOUND')).toEqual([
    [AGENCY, 'CONTACT', 'CHIEF', 'LEADER'],
    ['1501', 'SUPERVISOR'],
  ]);
});

test('five of a kind are told to the supervision body one tier up, whether or not a card goes there', () => {
  const warning = { ...about, rule: 'XX-04', occurrence: 'NOTICE' } as Warning;
  const payload = (parts: Partial<Warning>) => ({
    ...entry('WARNING_ISSUED', null),
    warning: { ...warning, ...parts },
  });
  const owners = (parts: Partial<Warning>) => addresseesOf(payload(parts)).map(({ owner }) => owner);
  expect(owners({})).toEqual([AGENCY, '1501']);
  expect(owners({ division: '1501' })).toEqual([AGENCY, '15']);
  expect(owners({ occurrence: '' })).toEqual([AGENCY]);
});

test('that nobody can be told is recorded of what begins to bind an agency', () => {
  const binding = FEED_KINDS.filter((kind) => addresseesOf(entry(kind, {})).some(({ mustBeTold }) => mustBeTold));
  expect(binding).toEqual(expect.arrayContaining(['ISSUED', 'CONFIRMED', 'ISSUED_BY_HAND', 'REINSTATED']));
});
