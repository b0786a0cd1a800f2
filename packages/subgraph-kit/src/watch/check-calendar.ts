import { type CalendarData, dayOf, formatDay, type Instant, type WorkCalendar } from '@gnomon/working-time';
import { countNotice, type Expected, type ExpectedYear, expectedHours, partHash } from './expected.ts';
import { both, type Finding, finding } from './finding.ts';

const RESTORE = both(
  '请按国务院办公厅通知核对并恢复；确需变更的，由第二人更新备案（npx pnpm expect）',
  'check it against the published notice and restore it; if the change is meant, let a second person update the record (npx pnpm expect)',
);

/**
 * The calendar against the record, and against the present day: whether it still reaches far enough. Pure.
 * @param data All that was published, with the overlays of every place; a compiled calendar has only its own.
 */
export function checkCalendar(
  expected: Expected,
  calendar: WorkCalendar,
  now: Instant,
  data: CalendarData = calendar.data,
): readonly Finding[] {
  return [
    ...yearFindings(expected, data),
    ...hoursFindings(expected, data),
    ...overlayFindings(expected, data),
    ...endFindings(expected, calendar, now),
  ];
}

function yearFindings(expected: Expected, data: CalendarData): readonly Finding[] {
  const present = new Map(data.notices.map((notice) => [String(notice.year), countNotice(notice)]));
  const found: Finding[] = [];
  for (const [year, wanted] of Object.entries(expected.years)) {
    const here = present.get(year);
    if (here === undefined) found.push(yearDiffers(year, '整年通知缺失', 'its notice is missing', wanted));
    else if (here.hash !== wanted.hash) found.push(yearDiffers(year, wordsZh(here), wordsEn(here), wanted));
  }
  for (const [year, here] of present)
    if (!Object.hasOwn(expected.years, year)) found.push(yearDiffers(year, wordsZh(here), wordsEn(here), null));
  return found;
}

function yearDiffers(year: string, zh: string, en: string, wanted: ExpectedYear | null): Finding {
  return finding('CALENDAR_DIFFERS', year, {
    what: both(`${year}年节假日与备案不符：现为${zh}`, `the holidays of ${year} are not as they are on record: ${en}`),
    expected:
      wanted === null
        ? both('该年无备案通知', 'no notice on record for that year')
        : both(wordsZh(wanted), wordsEn(wanted)),
    remedy: RESTORE,
  });
}

function wordsZh({ off, madeUp, papers, hash }: ExpectedYear): string {
  return `放假${off}天、调休上班${madeUp}天、文件${papers}件（${hash}）`;
}

function wordsEn({ off, madeUp, papers, hash }: ExpectedYear): string {
  return `${off} days off, ${madeUp} make-up days, ${papers} paper(s) (${hash})`;
}

function hoursFindings(expected: Expected, data: CalendarData): readonly Finding[] {
  const { hash, minutes } = expectedHours(data);
  if (hash === expected.officeHours.hash) return [];
  return [
    finding('OFFICE_HOURS_DIFFER', 'office-hours.yaml', {
      what: both(
        `办公时间与备案不符：每日${minutes}分钟（${hash}）`,
        `the office hours are not as they are on record: ${minutes} minutes a day (${hash})`,
      ),
      expected: both(
        `每日${expected.officeHours.minutes}分钟（${expected.officeHours.hash}）`,
        `${expected.officeHours.minutes} minutes a day (${expected.officeHours.hash})`,
      ),
      remedy: RESTORE,
    }),
  ];
}

function overlayFindings(expected: Expected, { overlays }: CalendarData): readonly Finding[] {
  const present = new Map(overlays.map((overlay) => [overlay.id, partHash(overlay)]));
  const ids = new Set([...present.keys(), ...Object.keys(expected.calendarOverlays)]);
  return [...ids].flatMap((id) => {
    const [here, wanted] = [present.get(id), expected.calendarOverlays[id]];
    if (here === wanted) return [];
    return [
      finding('CALENDAR_DIFFERS', `overlay ${id}`, {
        what: both(
          `专设日历 ${id} 与备案不符：${here ?? '缺失'}`,
          `the calendar overlay ${id} is not as it is on record: ${here ?? 'missing'}`,
        ),
        expected: both(wanted ?? '无备案', wanted ?? 'none on record'),
        remedy: RESTORE,
      }),
    ];
  });
}

function endFindings({ limits }: Expected, calendar: WorkCalendar, now: Instant): readonly Finding[] {
  const ahead = calendar.lastCertainDay - dayOf(now);
  if (ahead >= limits.noticeDaysAhead) return [];
  const last = formatDay(calendar.lastCertainDay);
  return [
    finding('CALENDAR_ENDS_SOON', last, {
      what: both(
        `节假日通知只到 ${last}，还有 ${ahead} 天；之后的期限均为暂定，不发牌`,
        `the published notices end on ${last}, ${ahead} days from now; deadlines beyond are provisional and draw no card`,
      ),
      expected: both(
        `至少提前 ${limits.noticeDaysAhead} 天有下一年通知`,
        `the next notice at least ${limits.noticeDaysAhead} days ahead`,
      ),
      remedy: both('下一年节假日通知发布后请立即录入', 'enter the notice of the next year as soon as it is published'),
    }),
  ];
}
