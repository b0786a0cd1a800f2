import { isResidentId } from '@gnomon/identifiers';
import {
  clockOf,
  type DerivedRecord,
  type DeriveWorld,
  type KeptRow,
  type KeptValue,
  type Mark,
  type RecordDocument,
} from '@gnomon/records';
import type { Facts } from '@gnomon/rule-engine';
import { DAY_MS, dayOf, startOfDay, type WorkCalendar } from '@gnomon/working-time';
import { collectedAtOf, hasStandard, isIdentified, isIncomplete, isNonconforming, placeOf } from './catalogue.ts';
import { type Columns, columnsAt, instantOf, livingRows, newestRow, textOf } from './rows.ts';
import { ENDED, endOf, type StatusChange, statusChanges } from './validity.ts';

/** Changes that a verdict is given on; older ones than the last fifty are history. */
const MOST_CHANGES = 50;

/** Facts, marks and milestone of an electronic licence (电子证照), from its catalogue row, status changes, checks and uses. */
export function deriveLicence(document: RecordDocument, id: string, world: DeriveWorld): DerivedRecord | null {
  const row = newestRow(document, 'catalogue');
  if (row === undefined) return null;
  const place = placeOf(textOf(row.c.issue_dept_code), row.s, world);
  const changes = statusChanges(row, livingRows(document, 'change'));
  const collectedAt = collectedAtOf(row);
  const endsAt = endOf(row, changes);
  const facts: Facts = {
    status: statusOf(row, changes),
    ...sealFacts(livingRows(document, 'check')),
    changes: changeFacts(changes, livingRows(document, 'use'), world.calendarFor(place.division)),
  };
  const workItem = workItemOf(row);
  return {
    place,
    listedAt: collectedAt,
    state: statusOf(row, changes) ?? null,
    open: !ENDED.has(statusOf(row, changes) ?? 'VALID'),
    ...(workItem === null ? {} : { links: { workItem } }),
    subjects: [{ kind: 'licence', type: 'Licence', id, facts, origin: collectedAt }],
    marks: [...dayMarks(row, document, world), ...stockMarks(row, endsAt, world)],
    milestone: milestoneOf(row, changes),
  };
}

/** `<source>:<number>` of the work item that the licence names; `null` when it names none. */
export function workItemOf(row: KeptRow): string | null {
  const [source, no] = [textOf(row.c.work_source), textOf(row.c.project_no)];
  return source === '' || no === '' ? null : `${source}:${no}`;
}

function statusOf(row: KeptRow, changes: readonly StatusChange[]): string | undefined {
  const told = changes.filter((one) => one.id !== 'expiry').at(-1)?.to;
  return told ?? (row.c.certificate_status as string | undefined);
}

function sealFacts(checks: readonly KeptRow[]): Facts {
  const revoked = checks.filter(({ c }) => instantOf(c.cert_revoked_at) !== null);
  if (checks.length === 0) return { sealChecked: false };
  const misused = revoked.some(({ c }) => Number(c.signed_at ?? 0) > Number(c.cert_revoked_at));
  const isUnknown = !misused && revoked.some(({ c }) => instantOf(c.signed_at) === null);
  return { sealChecked: true, ...(isUnknown ? {} : { sealAfterRevocation: misused }) };
}

function changeFacts(
  changes: readonly StatusChange[],
  uses: readonly KeptRow[],
  calendar: WorkCalendar,
): readonly Facts[] {
  return changes.slice(-MOST_CHANGES).map(({ id, to, changedAt, syncedAt }) => {
    const run = { calendar, start: changedAt, stoppedAt: syncedAt === null ? null : Math.max(syncedAt, changedAt) };
    const isEnd = to === 'CANCELLED' || to === 'REVOKED';
    const isMeanwhile = (at: number): boolean => at > changedAt && at < (syncedAt ?? Number.POSITIVE_INFINITY);
    return {
      id,
      to,
      synchronised: syncedAt !== null,
      hours: clockOf({ ...run, limit: { amount: 4, unit: 'WORK_HOUR' } }),
      days: clockOf({ ...run, limit: { amount: 1, unit: 'WORKDAY' } }),
      usedMeanwhile: isEnd && uses.some(({ c }) => isMeanwhile(Number(c.used_at ?? 0))),
    };
  });
}

/** What the day's rates count: the licence as it stood at the end of the day of its collection, and its first check. */
function dayMarks(row: KeptRow, document: RecordDocument, world: DeriveWorld): readonly Mark[] {
  const at = collectedAtOf(row);
  const c = columnsAt(row, startOfDay(dayOf(at)) + DAY_MS - 1);
  const check = livingRows(document, 'check').toSorted((a, b) => Number(a.c.checked_at) - Number(b.c.checked_at))[0];
  const nonconforming = isIdentified(c) ? isNonconforming(c, world) : false;
  const names = [
    'licence',
    isIncomplete(c) && 'incomplete',
    isIdentified(c) && 'identified',
    nonconforming === null && 'unregistered',
    nonconforming === true && 'nonconforming',
    check !== undefined && 'checked',
    check !== undefined && isInvalid(check.c) && 'invalid',
  ];
  return names.flatMap((name) => (name === false ? [] : [{ name, at }]));
}

/** No file, a wrong hash, no seal, or one that fails verification; what the check does not say is not held valid. */
function isInvalid(c: Columns): boolean {
  return ['file_present', 'hash_matches', 'seal_present', 'seal_valid'].some((name) => c[name] !== true);
}

/**
 * What the stock is counted from (EL-09, EL-10): `standard`, `assessed` and `conforming` when a licence comes to be so,
 * the same with `-ended` when it stops being valid, and `converted` for stock.
 */
function stockMarks(row: KeptRow, endsAt: number | null, world: DeriveWorld): readonly Mark[] {
  const type = textOf(row.c.certificate_type_code);
  const collectedAt = collectedAtOf(row);
  const convertedAt = instantOf(row.c.converted_at);
  const marks: Mark[] = [];
  const add = (name: string, from: number): void => {
    marks.push({ name, at: from });
    if (endsAt !== null) marks.push({ name: `${name}-ended`, at: Math.max(endsAt, from) });
  };
  if (hasStandard(type, world)) {
    add('standard', collectedAt);
    if (row.c.conforms_standard !== undefined) add('assessed', collectedAt);
    if (row.c.conforms_standard === true) add('conforming', Math.max(collectedAt, convertedAt ?? collectedAt));
  }
  if (row.c.is_stock === true && convertedAt !== null) marks.push({ name: 'converted', at: convertedAt, group: type });
  return marks;
}

function milestoneOf(row: KeptRow, changes: readonly StatusChange[]): Readonly<Record<string, KeptValue | null>> {
  const last = changes.filter((one) => one.id !== 'expiry').at(-1);
  const number = textOf(row.c.certificate_number);
  return {
    // A resident identity number is nobody else's business.
    number: number === '' || isResidentId(number) ? null : number,
    typeCode: textOf(row.c.certificate_type_code) || null,
    holderKey: textOf(row.c.certificate_holder_code_key) || null,
    workItem: workItemOf(row),
    issuedAt: instantOf(row.c.issue_date),
    validTo: instantOf(row.c.valid_to),
    status: last?.to ?? (textOf(row.c.certificate_status) || null),
    statusAt: last?.changedAt ?? instantOf(row.c.status_at),
    receivedAt: collectedAtOf(row),
  };
}
