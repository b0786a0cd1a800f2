import {
  clockOf,
  type DerivedRecord,
  type DeriveWorld,
  type KeptRow,
  type Mark,
  type RecordDocument,
} from '@gnomon/records';
import { DAY_MS, dayOf, startOfDay, type WorkCalendar } from '@gnomon/working-time';
import { collectedAtOf, placeOf, typeNamed } from './catalogue.ts';
import { type Columns, columnsAt, instantOf, livingRows, newestRow, textOf } from './rows.ts';

/**
 * The duty to collect the licence of a finished work item (归集责任). It is owed where a work item was granted and its
 * result names a licence; any licence row that names the work item fulfils it.
 */
export function deriveLicenceDuty(document: RecordDocument, id: string, world: DeriveWorld): DerivedRecord | null {
  const item = newestRow(document, 'item');
  const finishedAt = instantOf(item?.c.finishedAt);
  const licences = livingRows(document, 'licence');
  if (item === undefined || finishedAt === null) return withoutFinish(licences, id, world);
  const collectedAt = licences.length === 0 ? null : Math.min(...licences.map(collectedAtOf));
  const owed = item.c.outcome === 'GRANTED' && textOf(item.c.licenceName) !== '';
  const place = {
    ...placeOf(textOf(item.c.agency), item.s, world, textOf(item.c.item) || null),
    ...(textOf(item.c.division) === '' ? {} : { division: textOf(item.c.division) }),
  };
  const calendar = world.calendarFor(place.division);
  const type = typeNamed(textOf(item.c.licenceName), world) || textOf(licences[0]?.c.certificate_type_code);
  const stoppedAt = collectedAt === null ? null : Math.max(collectedAt, finishedAt);
  const collection = clockOf({ calendar, limit: { amount: 1, unit: 'WORKDAY' }, start: finishedAt, stoppedAt });
  const facts = { owed, collected: collectedAt !== null, collection };
  const marks = [
    ...(owed ? termMarks(finishedAt, collectedAt, type, calendar, world) : []),
    ...pairMarks(item.c, licences),
  ];
  return {
    place,
    listedAt: finishedAt,
    state: owed ? (collectedAt === null ? 'DUE' : 'COLLECTED') : 'NOT_OWED',
    open: owed && collectedAt === null,
    links: { workItem: id },
    subjects: owed ? [{ kind: 'licence-duty', type: 'LicenceDuty', id, facts, origin: finishedAt }] : [],
    marks,
    milestone: { workItem: id, typeCode: type || null, owed, finishedAt, collectedAt },
  };
}

/** Licences whose work item is not known, or not finished: nothing to judge here, and seen by those who issued them. */
function withoutFinish(licences: readonly KeptRow[], id: string, world: DeriveWorld): DerivedRecord | null {
  const [first] = licences;
  if (first === undefined) return null;
  return {
    place: placeOf(textOf(first.c.issue_dept_code), first.s, world),
    listedAt: collectedAtOf(first),
    state: 'NO_FINISH',
    open: true,
    links: { workItem: id },
    subjects: [],
    marks: [],
    milestone: null,
  };
}

/** The document as it would have been at an instant: a licence counts from its collection, a finish from its own time. */
export function dutyAsOf(document: RecordDocument, instant: number): RecordDocument {
  const before = (part: string, at: (row: KeptRow) => number): readonly KeptRow[] =>
    (document[part] ?? []).filter((row) => at(row) <= instant);
  return {
    item: before('item', (row) => instantOf(row.c.finishedAt) ?? instant),
    licence: before('licence', collectedAtOf),
  };
}

/** One `owed` at the last instant of the collection term (constant `collectWorkdays`), one `in-time` beside it when it was kept. */
function termMarks(
  finishedAt: number,
  collectedAt: number | null,
  type: string,
  calendar: WorkCalendar,
  world: DeriveWorld,
): readonly Mark[] {
  const amount = world.constants('licence-duty').collectWorkdays ?? 5;
  const term = clockOf({ calendar, limit: { amount, unit: 'WORKDAY' }, start: finishedAt });
  if (term === undefined) return [];
  const at = startOfDay(calendar.dayOfWorkday(term.due)) + DAY_MS - 1;
  const group = type === '' ? 'UNLISTED' : type;
  return collectedAt !== null && collectedAt <= at
    ? [
        { name: 'owed', at, group },
        { name: 'in-time', at, group },
      ]
    : [{ name: 'owed', at, group }];
}

/** Each licence beside the result that it belongs to (EL-08), on the day of its collection. */
function pairMarks(item: Columns, licences: readonly KeptRow[]): readonly Mark[] {
  if (textOf(item.licenceNo) === '') return [];
  return licences.flatMap((row) => {
    const at = collectedAtOf(row);
    const agency = textOf(row.c.issue_dept_code) || textOf(item.agency);
    const licence = columnsAt(row, startOfDay(dayOf(at)) + DAY_MS - 1);
    const pair: Mark = { name: 'pair', at, agency, key: row.g };
    return differs(item, licence) ? [pair, { ...pair, name: 'differing' }] : [pair];
  });
}

/**
 * Number, holder or date of issue differ from the result. A result may list several numbers. A licence is issued between
 * the day of the decision and the day of the finish. What one side does not say is not compared: EL-03 counts it.
 */
function differs(item: Columns, licence: Columns): boolean {
  const numbers = textOf(item.licenceNo)
    .split(/[\^,，;；]/)
    .map((number) => number.trim());
  const number = textOf(licence.certificate_number);
  if (number !== '' && !numbers.includes(number)) return true;
  const [applicant, holder] = [textOf(item.applicantKey), textOf(licence.certificate_holder_code_key)];
  if (applicant !== '' && holder !== '' && applicant !== holder) return true;
  const issuedAt = instantOf(licence.issue_date);
  if (issuedAt === null) return false;
  const from = instantOf(item.decidedAt) ?? instantOf(item.acceptedAt);
  const to = instantOf(item.finishedAt);
  return (from !== null && dayOf(issuedAt) < dayOf(from)) || (to !== null && dayOf(issuedAt) > dayOf(to));
}
