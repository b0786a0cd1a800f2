import type { DeriveWorld, KeptRow, Mark, RecordDocument, RecordKind, RecordPlace } from '@gnomon/records';
import { CHINA_OFFSET_MS, dayOf, startOfDay, type WorkCalendar } from '@gnomon/working-time';
import { listedText } from './place.ts';
import { isSet, latestRow, numberOf, textOf } from './rows.ts';

const STATIONS: ReadonlySet<string> = new Set(['TOWN_CENTRE', 'VILLAGE_STATION']);

/**
 * A work item as the centres see it: its milestone, and where it was handled. It is counted by the agency (really handled in the
 * centre SC-02, instant rate SC-04, on-time rate SC-10), by the centre (integrated windows SC-03) and by the station (SC-12).
 */
export const handledItem: RecordKind = {
  kind: 'handled-item',
  derive(document, id, world) {
    const row = latestRow(document, 'item');
    if (row === undefined) return null;
    const agency = textOf(row, 'agency');
    const place: RecordPlace = {
      agency,
      division: textOf(row, 'division'),
      department: world.agency(agency)?.department ?? '',
      item: textOf(row, 'item') || null,
    };
    const acceptedAt = numberOf(row, 'acceptedAt');
    const centre = textOf(row, 'place');
    return {
      place,
      listedAt: acceptedAt ?? row.t,
      state: textOf(row, 'state') || null,
      open: numberOf(row, 'finishedAt') === null,
      links: { workItem: id, ...(centre === '' ? {} : { centre }) },
      subjects: [],
      marks:
        acceptedAt === null
          ? []
          : [
              ...handlingMarks(document, row, acceptedAt, world),
              ...windowMarks(row, acceptedAt, world),
              ...finishMarks(row, acceptedAt, world),
              ...dueMarks(row, acceptedAt, world.calendarFor(place.division)),
            ],
      milestone: null,
    };
  },
};

/**
 * SC-02. Of the sample are work items of entered items of which the place is known: taken in at a window, or with a handling record.
 * Counted as outside: accepted or decided elsewhere than in the item's centre, passed on to a back office, or taken in at a window
 * that is not authorised to decide.
 */
function handlingMarks(
  document: RecordDocument,
  row: KeptRow,
  acceptedAt: number,
  world: DeriveWorld,
): readonly Mark[] {
  const listed = world.listed('centre_item', textOf(row, 'item'));
  if (listed === undefined || !isEntered(listed, acceptedAt)) return [];
  const centre = listedText(listed, 'centre_id');
  const accepted = textOf(row, 'channel') === 'WINDOW' ? textOf(row, 'place') : '';
  const handling = latestRow(document, 'handling');
  if (accepted === '' && handling === undefined) return [];
  const decided = handling === undefined ? '' : textOf(handling, 'decide_place');
  const isOutside =
    (accepted !== '' && (accepted !== centre || listed.authorised !== true)) ||
    (decided !== '' && decided !== centre) ||
    (handling !== undefined && isSet(handling, 'passed_on'));
  return [{ name: 'entered', at: acceptedAt, value: isOutside ? 1 : 0 }];
}

/** SC-03 and SC-12: where it was taken in. Approved special windows are not counted. */
function windowMarks(row: KeptRow, acceptedAt: number, world: DeriveWorld): readonly Mark[] {
  const centre = textOf(row, 'place');
  if (centre === '') return [];
  const marks: Mark[] = [];
  if (STATIONS.has(listedText(world.listed('centre', centre), 'centre_kind')))
    marks.push({ name: 'activity', at: acceptedAt, group: centre });
  const window = world.listed('centre_window', `${centre}:${textOf(row, 'windowNo')}`);
  if (textOf(row, 'channel') === 'WINDOW' && window !== undefined && window.special_approved !== true)
    marks.push({
      name: 'window-item',
      at: acceptedAt,
      group: centre,
      value: window.window_type === 'INTEGRATED' ? 1 : 0,
    });
  return marks;
}

/** SC-04: finished on the day of acceptance, beside whether its item is published as instant. Withdrawn ones do not count. */
function finishMarks(row: KeptRow, acceptedAt: number, world: DeriveWorld): readonly Mark[] {
  const finishedAt = numberOf(row, 'finishedAt');
  const item = world.item(textOf(row, 'item'));
  if (finishedAt === null || numberOf(row, 'withdrawnAt') !== null || item === undefined) return [];
  return [
    { name: 'finished', at: finishedAt, value: dayOf(finishedAt) === dayOf(acceptedAt) ? 1 : 0 },
    ...(item.kind === 'INSTANT' ? [{ name: 'instant', at: finishedAt }] : []),
  ];
}

/**
 * SC-10: finished on time or not, in the month of the finish; and overdue and still open at the end of the month in which it became
 * so. The latter is told ahead for an open work item and taken back when it is finished before.
 */
function dueMarks(row: KeptRow, acceptedAt: number, calendar: WorkCalendar): readonly Mark[] {
  const marks: Mark[] = [];
  const finishedAt = numberOf(row, 'finishedAt');
  if (finishedAt !== null && numberOf(row, 'withdrawnAt') === null && row.c.overPromise !== undefined)
    marks.push({ name: 'due', at: finishedAt, value: row.c.overPromise === true ? 0 : 1 });
  const overdueFrom = overdueStart(row, acceptedAt, calendar);
  if (overdueFrom !== null && (finishedAt ?? Number.POSITIVE_INFINITY) > lastInstantOfMonth(overdueFrom))
    marks.push({ name: 'due', at: lastInstantOfMonth(overdueFrom), value: 0 });
  return marks;
}

/** The first instant after the promise limit; `null` where there is none, or a special procedure still stops the clock. */
function overdueStart(row: KeptRow, acceptedAt: number, calendar: WorkCalendar): number | null {
  const promise = numberOf(row, 'promiseWorkdays');
  if (promise === null || textOf(row, 'state') === 'SPECIAL_PROCEDURE') return null;
  const due = calendar.workdayNumber(dayOf(acceptedAt)) + promise + (numberOf(row, 'suspendedWorkdays') ?? 0);
  if (due > calendar.workdayNumber(calendar.lastDay)) return null;
  return startOfDay(calendar.dayOfWorkday(due) + 1);
}

function lastInstantOfMonth(instant: number): number {
  const date = new Date(instant + CHINA_OFFSET_MS);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) - CHINA_OFFSET_MS - 1;
}

/** Whether a listed item had entered its centre at an instant. */
export function isEntered(listed: Readonly<Record<string, unknown>>, at: number): boolean {
  const { enter_time: enteredAt, leave_time: leftAt, negative_list: negative } = listed;
  return (
    negative !== true &&
    typeof enteredAt === 'number' &&
    enteredAt <= at &&
    !(typeof leftAt === 'number' && leftAt <= at)
  );
}
