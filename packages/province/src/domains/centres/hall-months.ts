import { CaseWriter } from '../../case.ts';
import { type CastItem, itemCode, itemsOf } from '../../cast.ts';
import { at, dateText, dayOf, instantText } from '../../naive-calendar.ts';
import { templateOf } from '../../names.ts';
import { boundaries } from '../../scenarios.ts';
import type { SceneFinding } from '../../scene.ts';
import { Hall, type HallBook, plant } from './hall.ts';

const MINUTE = 60_000;
const INSTANT = '001002';
const PROMISE = '002002';
const PROMISE_WORKDAYS = 5;

/** What the months need beside the halls' rows: the work items that are counted. */
export interface CountedItems {
  readonly cases: CaseWriter[];
  readonly items: CastItem[];
}

/** What shows over a month: items moved in, really handled, integrated windows, instant and on-time rates (SC-01 to SC-04, SC-10). */
export function plantHallMonths(book: HallBook): CountedItems {
  const counted: CountedItems = { cases: [], items: [] };
  entered(book);
  authorised(book, counted);
  integrated(book, counted);
  instantRate(book, counted);
  onTime(book, counted);
  return counted;
}

/** Twenty items that must enter, and one on the negative list that need not. */
function entered(book: HallBook): void {
  const { workdays, months } = book.world;
  for (const [name, level, count] of [
    ['N', null, 20],
    ['W', 'WARNING', 19],
    ['Y', 'YELLOW', 18],
    ['R', 'RED', 15],
  ] as const) {
    const hall = new Hall(book, `C-SC01-${name}`).window('A1').workedDay(workdays[3] as number);
    for (let index = 0; index < 20; index += 1)
      hall.item(`${hall.id}-${index}`, index < count ? {} : { enter_time: '', window_no: '' });
    hall.item(`${hall.id}-negative`, {
      negative_list: true,
      enter_time: '',
      window_no: '',
      negative_document: '〔示例〕5号',
    });
    if (level !== null) plant(book, ['SC-01', level], 'centre-month', `${hall.id}:${months[0]}`);
  }
}

/** Forty work items of an entered item: eight outside the centre or passed on are a fifth. */
function authorised(book: HallBook, counted: CountedItems): void {
  for (const [name, level, count] of [
    ['N', null, 2],
    ['W', 'WARNING', 4],
    ['Y', 'YELLOW', 8],
    ['R', 'RED', 20],
  ] as const) {
    const hall = new Hall(book, `C-SC02-${name}`).window('A1');
    hall.item(itemCode(hall.agency, templateOf(INSTANT)));
    for (const [index, kase] of worked(book, counted, hall, 'SC02', 40).entries()) {
      const isOutside = index < count;
      const place = isOutside && index % 2 === 0 ? 'OFFICE' : hall.id;
      instant(kase.kase, kase.acceptedAt, 5 * MINUTE, { place_id: place, window_no: 'A1' });
      if (isOutside && index % 2 === 1)
        hall.push('item_handling', kase.acceptedAt + 2 * 60 * MINUTE, {
          item_source: kase.kase.source,
          project_no: kase.kase.no,
          passed_on: true,
          handle_time: instantText(kase.acceptedAt + 2 * MINUTE),
        });
    }
    if (level !== null) plantMonth(book, ['SC-02', level], 'centre-agency-month', hall.agency.uscc);
  }
}

/** Forty work items at windows, some of them at integrated ones; an approved special window is left out. */
function integrated(book: HallBook, counted: CountedItems): void {
  for (const [name, level, count] of [
    ['N', null, 32],
    ['W', 'WARNING', 30],
    ['Y', 'YELLOW', 20],
    ['R', 'RED', 8],
  ] as const) {
    const hall = new Hall(book, `C-SC03-${name}`)
      .window('A1')
      .window('B1', { window_type: '2' })
      .window('P1', { window_type: '2', special_approved: true });
    for (const [index, { kase, acceptedAt }] of worked(book, counted, hall, 'SC03', 50).entries())
      instant(kase, acceptedAt, 5 * MINUTE, {
        place_id: hall.id,
        window_no: index < count ? 'A1' : index < 40 ? 'B1' : 'P1',
      });
    if (level !== null) plantMonth(book, ['SC-03', level], 'centre-month', hall.id);
  }
}

/** A hundred instant matters: those taken in within the last hour may be done the next morning, and are not of the same day then. */
function instantRate(book: HallBook, counted: CountedItems): void {
  const { calendar, workdays } = book.world;
  for (const [name, level, count] of [
    ['N', null, 5],
    ['W', 'WARNING', 10],
    ['Y', 'YELLOW', 25],
    ['R', 'RED', 40],
  ] as const) {
    const hall = new Hall(book, `C-SC04-${name}`);
    for (const [index, { kase, acceptedAt }] of worked(book, counted, hall, 'SC04', 100).entries()) {
      if (index >= count) {
        instant(kase, acceptedAt, 5 * MINUTE);
        continue;
      }
      const day = workdays[1 + (index % 10)] as number;
      const evening = at(day, 1000) + index * MINUTE;
      const morning = at(calendar.workdayAfter(day, 1), 540) + index * MINUTE;
      instant(kase, evening, morning - evening);
    }
    if (level !== null) plantMonth(book, ['SC-04', level], 'centre-agency-month', hall.agency.uscc);
  }
}

/** A hundred promise matters; each late one is a finding of its own as well (WI-03). */
function onTime(book: HallBook, counted: CountedItems): void {
  const { calendar } = book.world;
  for (const [name, level, count] of [
    ['N', null, 0],
    ['W', 'WARNING', 1],
    ['Y', 'YELLOW', 5],
    ['R', 'RED', 12],
  ] as const) {
    const hall = new Hall(book, `C-SC10-${name}`);
    for (const [index, { kase, acceptedAt, day }] of worked(book, counted, hall, 'SC10', 100, PROMISE).entries()) {
      kase.accept({ appliedAt: acceptedAt - 20 * MINUTE, acceptedAt });
      if (index < count) lateBy(book, kase, acceptedAt, PROMISE_WORKDAYS + 1);
      else {
        const times = boundaries({ calendar }, acceptedAt, 2);
        kase.steps(times).result(times[4] as number);
      }
      if (index < count)
        plant(
          book,
          ['WI-03', 'YELLOW'],
          'work-item',
          kase.subject,
          at(calendar.workdayAfter(day, PROMISE_WORKDAYS) + 1),
        );
    }
    if (level !== null) plantMonth(book, ['SC-10', level], 'centre-agency-month', hall.agency.uscc);
  }
}

/** Moved every other day, so that it never idles, and finished after so many working days. */
function lateBy({ world: { calendar } }: HallBook, kase: CaseWriter, acceptedAt: number, workdays: number): void {
  const on = (offset: number): number => at(calendar.workdayAfter(dayOf(acceptedAt), offset), 540);
  kase.step('ACCEPT', '受理', acceptedAt - 10 * MINUTE, acceptedAt);
  for (let offset = 2; offset < workdays; offset += 2)
    kase.step('OTHER', '内部流转', on(offset), on(offset) + 10 * MINUTE);
  const end = on(workdays);
  kase
    .steps([end, end + 30 * MINUTE, end + 60 * MINUTE, end + 90 * MINUTE], ['REVIEW', 'DECIDE', 'CERTIFY'])
    .result(end + 90 * MINUTE);
}

function plantMonth(
  book: HallBook,
  finding: readonly [string, SceneFinding['level']],
  kind: string,
  key: string,
): void {
  plant(book, finding, kind, `${key}:${book.world.months[0]}`);
}

/** Cases of a hall's own agency, spread over the first ten working days of the first month. */
function worked(
  book: HallBook,
  counted: CountedItems,
  hall: Hall,
  name: string,
  count: number,
  item = INSTANT,
): readonly { kase: CaseWriter; acceptedAt: number; day: number }[] {
  const { workdays, calendar, applicants } = book.world;
  counted.items.push(...itemsOf(hall.agency));
  return Array.from({ length: count }, (_, index) => {
    const day = workdays[1 + (index % 10)] as number;
    const kase = new CaseWriter({
      no: `${hall.id}-${name}-${dateText(day)}-${index}`,
      source: '115',
      agency: hall.agency,
      template: templateOf(item),
      applicant: applicants.next(),
      calendar,
      day,
    });
    counted.cases.push(kase);
    return { kase, acceptedAt: at(day, 560) + index * MINUTE, day };
  });
}

function instant(
  kase: CaseWriter,
  acceptedAt: number,
  takesMs: number,
  more: Readonly<Record<string, string>> = {},
): void {
  kase
    .accept({ appliedAt: acceptedAt - 2 * MINUTE, acceptedAt }, more)
    .step('FINISH', '即时办结', acceptedAt, acceptedAt + takesMs)
    .result(acceptedAt + takesMs);
}
