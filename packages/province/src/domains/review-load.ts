import type { PushedRow, TimedRow } from '../case.ts';
import { at, dateText, dayOf, instantText, type NaiveCalendar } from '../naive-calendar.ts';
import type { Random } from '../random.ts';
import { CHANNELS, REVIEW_SOURCE } from './review-writer.ts';

const MINUTE = 60_000;
/** Of the finished work items of an agency every fifth is reviewed, and one of the others gets the system's default. */
const REVIEWED = 5;
/** Work items of this source reach the hub within hours; those of the others by the end of the next working day. */
const LIVE_SOURCE = '115';
/** Results after which nobody is asked: voided and withdrawn. */
const UNASKED = ['3', '4'];

/**
 * Clean reviews of a load of work items: every item of the load is open to review, and each agency's finished work items are
 * reviewed often enough. All of them are good, each from somebody else, well after the finish.
 */
export function reviewsOf(
  workItemRows: readonly PushedRow[],
  world: { readonly random: Random; readonly calendar: NaiveCalendar; readonly days: readonly number[] },
): readonly TimedRow[] {
  const first = at(world.days[0] as number, 1);
  const accepted = new Map<string, PushedRow>();
  for (const row of workItemRows) if (row.table === 'up_pro_accept') accepted.set(numberOf(row), row);
  const codes = [...new Set([...accepted.values()].map(({ task_code }) => String(task_code)))].sort();
  const listed = codes.map((code, index) =>
    timed(first, 'up_review_item', `RL-item-${index}`, { task_code: code, is_open: true }),
  );
  const asked = finishedOf(workItemRows).filter(({ row }) => accepted.get(numberOf(row))?.secret_level === undefined);
  const turns = new Map<string, number>();
  const given = asked.flatMap(({ row, finishedAt }, index) => {
    const item = accepted.get(numberOf(row));
    if (item === undefined) return [];
    const agency = String(item.org_code);
    const turn = turns.get(agency) ?? 0;
    turns.set(agency, turn + 1);
    if (turn % REVIEWED > 1) return [];
    const given = whenGiven(String(row.data_source), finishedAt, world);
    return [review(item, given, index, turn % REVIEWED === 0, world.random)];
  });
  return [...listed, ...given];
}

const numberOf = (row: PushedRow): string => `${row.data_source} ${row.project_no}`;

/** Each work item's first result, in order of time. */
function finishedOf(rows: readonly PushedRow[]): readonly { readonly row: PushedRow; readonly finishedAt: number }[] {
  const results = new Map<string, PushedRow>();
  for (const row of rows)
    if (row.table === 'up_pro_result' && !UNASKED.includes(String(row.result_type)) && !results.has(numberOf(row)))
      results.set(numberOf(row), row);
  return [...results.values()]
    .map((row) => ({ row, finishedAt: Date.parse(String(row.result_date)) }))
    .sort((a, b) => a.finishedAt - b.finishedAt || (numberOf(a.row) < numberOf(b.row) ? -1 : 1));
}

/** On the same day, or once the work item must have reached the hub. */
function whenGiven(
  source: string,
  finishedAt: number,
  { random, calendar }: { readonly random: Random; readonly calendar: NaiveCalendar },
): number {
  if (source === LIVE_SOURCE) return finishedAt + random.int(30, 90) * MINUTE;
  return at(calendar.workdayAfter(dayOf(finishedAt), 2), random.int(880, 1000));
}

function review(item: PushedRow, given: number, index: number, isActive: boolean, random: Random): TimedRow {
  const agency = String(item.org_code);
  const id = `RL-${String(index).padStart(8, '0')}`;
  return timed(given, 'up_review', id, {
    review_id: id,
    work_source: String(item.data_source),
    project_no: String(item.project_no),
    // A credit code names the division that registered the agency in its third to eighth place.
    area_code: `${agency.slice(2, 8)}000000`,
    org_code: agency,
    task_code: String(item.task_code),
    channel: isActive ? CHANNELS.qr : CHANNELS.none,
    user_property: '1',
    satisfaction: isActive ? String(random.int(4, 5)) : '5',
    assess_time: instantText(given),
    review_no: 1,
    is_named: false,
    is_default: !isActive,
    ...(isActive ? { window_no: `W${random.int(1, 6)}`, reviewer_phone: `151${String(index).padStart(8, '0')}` } : {}),
  });
}

function timed(eventAt: number, table: string, guid: string, columns: PushedRow): TimedRow {
  return {
    eventAt,
    row: {
      table,
      row_guid: guid,
      cd_batch: `${REVIEW_SOURCE}-${dateText(dayOf(eventAt))}`,
      cd_operation: 'I',
      cd_time: instantText(eventAt),
      data_source: REVIEW_SOURCE,
      ...columns,
    },
  };
}
