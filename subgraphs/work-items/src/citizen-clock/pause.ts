import type { Bilingual } from '@gnomon/rule-engine';
import { dayOf, type WorkCalendar } from '@gnomon/working-time';
import type { JudgedSpecial, MainClocks } from '../facts/clocks.ts';

/** A time for which the clock of an application stands still, and by what law. Instants in ms. */
export interface Pause {
  readonly kind: string;
  readonly name: Bilingual;
  readonly legalReason: Bilingual;
  readonly from: number;
  /** `null` while it lasts. */
  readonly to: number | null;
  /** Working days that it has not counted so far. */
  readonly workdays: number;
  /** False for a procedure that its agency recorded and that the clock does not stop for, for example one begun after the promised date. */
  readonly stopsClock: boolean;
}

const NAMES: Readonly<Record<string, Bilingual>> = {
  HEARING: { zh: '听证', en: 'Hearing' },
  TENDER: { zh: '招标', en: 'Tender' },
  AUCTION: { zh: '拍卖', en: 'Auction' },
  INSPECTION: { zh: '检验', en: 'Inspection' },
  TESTING: { zh: '检测', en: 'Testing' },
  QUARANTINE: { zh: '检疫', en: 'Quarantine' },
  APPRAISAL: { zh: '鉴定', en: 'Appraisal' },
  EXPERT_REVIEW: { zh: '专家评审', en: 'Expert review' },
};
const OTHER: Bilingual = { zh: '其他特别程序', en: 'Other special procedure' };

const BY_LAW: Bilingual = {
  zh: '《中华人民共和国行政许可法》第四十五条：依法需要听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审的，所需时间不计入期限。',
  en: 'Administrative Licensing Law, Article 45: time needed for hearing, tender, auction, inspection, testing, quarantine, appraisal or expert review does not count.',
};
const BY_PUBLICATION: Bilingual = {
  zh: '该事项公布的特别程序，所需时间不计入期限。',
  en: 'A special procedure that is published for this service; its time does not count.',
};
const NOT_COUNTED: Bilingual = {
  zh: '机构登记了该程序，但它不停止计时：不在法定或公布的范围内，或在承诺期限届满后才启动。',
  en: 'The agency recorded this procedure, but the clock does not stop for it: neither law nor publication provides for it, or it began after the promised date.',
};

/** The pauses of an application, in time order. What the agency wrote about them stays in the hub: it may speak of persons. */
export function pausesOf(
  { specials }: Pick<MainClocks, 'specials'>,
  byLaw: ReadonlySet<string>,
  calendar: WorkCalendar,
  {
    startedAt,
    endedAt,
    now,
  }: { readonly startedAt: number | null; readonly endedAt: number | null; readonly now: number },
): readonly Pause[] {
  return specials.map((special): Pause => {
    const stopsClock = special.suspends && !special.afterPromise;
    const to = special.to ?? endedAt;
    return {
      kind: Object.hasOwn(NAMES, special.kind) ? special.kind : 'OTHER',
      name: NAMES[special.kind] ?? OTHER,
      legalReason: stopsClock ? reasonOf(special, byLaw) : NOT_COUNTED,
      from: special.from,
      to,
      workdays: stopsClock ? uncounted(calendar, special.from, to, { startedAt, now }) : 0,
      stopsClock,
    };
  });
}

/**
 * Working days that a pause takes out, as the clock does it: from the day on which it began, never the clock's own first day, to the day before
 * it ended; while it lasts, today as well.
 */
function uncounted(
  calendar: WorkCalendar,
  from: number,
  to: number | null,
  { startedAt, now }: { readonly startedAt: number | null; readonly now: number },
): number {
  const first = Math.max(dayOf(from), startedAt === null ? 0 : dayOf(startedAt) + 1);
  const last = to === null ? dayOf(now) : dayOf(to) - 1;
  return last < first ? 0 : calendar.workdayNumber(last) - calendar.workdayNumber(first - 1);
}

function reasonOf({ kind }: JudgedSpecial, byLaw: ReadonlySet<string>): Bilingual {
  return byLaw.has(kind) ? BY_LAW : BY_PUBLICATION;
}
