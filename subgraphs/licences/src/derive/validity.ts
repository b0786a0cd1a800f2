import type { KeptRow } from '@gnomon/records';
import { DAY_MS } from '@gnomon/working-time';
import { collectedAtOf } from './catalogue.ts';
import { instantOf, textOf } from './rows.ts';

/** Statuses after which a licence is not valid any more. */
export const ENDED: ReadonlySet<string> = new Set(['CHANGED', 'CANCELLED', 'REVOKED', 'EXPIRED']);

/** A change of a licence's status at its issuer, and when the library followed. */
export interface StatusChange {
  readonly id: string;
  readonly to: string;
  readonly changedAt: number;
  readonly syncedAt: number | null;
}

/**
 * Changes of status, in time order. The end of validity is a change too, though nobody says so: it is added unless the
 * licence had ended before, and a later row that calls the licence expired does not postpone it.
 */
export function statusChanges(licence: KeptRow, changes: readonly KeptRow[]): readonly StatusChange[] {
  const library = { status: textOf(licence.c.certificate_status), at: libraryAt(licence) };
  const told = changes
    .flatMap(({ g, c }) => {
      const changedAt = instantOf(c.changed_at);
      const to = textOf(c.new_status);
      return changedAt === null || to === '' ? [] : [{ id: g, to, changedAt, syncedAt: instantOf(c.synced_at) }];
    })
    .toSorted(byTime);
  const isGone = ENDED.has(library.status) && library.status !== 'EXPIRED';
  const expiresAt = expiryOf(licence);
  const all = isGone && library.at < (expiresAt ?? 0) ? told : withExpiry(told, expiresAt);
  return all.map((one) => {
    const isFollowed = library.status === one.to && library.at >= one.changedAt;
    return isFollowed ? { ...one, syncedAt: Math.min(one.syncedAt ?? library.at, library.at) } : one;
  });
}

function withExpiry(told: readonly StatusChange[], expiresAt: number | null): readonly StatusChange[] {
  if (expiresAt === null || isEndedBy(told, expiresAt)) return told;
  const named = told.find((one) => one.to === 'EXPIRED');
  const expiry = {
    id: named?.id ?? 'expiry',
    to: 'EXPIRED',
    changedAt: expiresAt,
    syncedAt: named?.syncedAt ?? null,
  };
  return [...told.filter((one) => one.to !== 'EXPIRED'), expiry].sort(byTime);
}

/**
 * When the licence stopped being valid for good: the first ending status after the last time that it was valid; `null` = never.
 * A library that says so without the issuer's change is believed.
 */
export function endOf(licence: KeptRow, changes: readonly StatusChange[]): number | null {
  const last = changes.findLastIndex((one) => !ENDED.has(one.to));
  const endings = changes.slice(last + 1).map((one) => one.changedAt);
  const isGone = last < 0 && ENDED.has(textOf(licence.c.certificate_status));
  const all = isGone ? [...endings, libraryAt(licence)] : endings;
  return all.length === 0 ? null : Math.min(...all);
}

/** 00:00 after the last day of validity; `null` for a long term or none given. */
export function expiryOf(licence: KeptRow): number | null {
  const to = instantOf(licence.c.valid_to);
  return to === null || licence.c.long_term === true ? null : to + DAY_MS;
}

function libraryAt(licence: KeptRow): number {
  return instantOf(licence.c.status_at) ?? collectedAtOf(licence);
}

function isEndedBy(changes: readonly StatusChange[], instant: number): boolean {
  const before = changes.filter((one) => one.changedAt < instant).at(-1);
  return before !== undefined && ENDED.has(before.to);
}

function byTime(a: StatusChange, b: StatusChange): number {
  return a.changedAt - b.changedAt || (a.id < b.id ? -1 : 1);
}
