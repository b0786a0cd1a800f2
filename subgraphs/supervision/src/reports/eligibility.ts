import { tierOf } from '@gnomon/identity';
import type { Bilingual } from '@gnomon/rule-engine';
import type { Figures } from './figures.ts';
import { type Report, readSnapshot } from './report.ts';

/*
 * Whether an agency can be commended for a period (Art. 10). The conditions are a reading of ours, since the measures name none: at least
 * 1,000 work items, the best tenth of its tier by score, no red card, no sustained card for falsified data (DP-14, WI-15).
 */
const LEAST_ITEMS = 1000;
const BEST_SHARE = 0.1;
const FALSIFICATION = new Set(['DP-14', 'WI-15']);

/** What a score is taken off for (扣分): weighted cards per 10,000 work items, at most 30; and what is not on time. */
const POINTS = { cardWeight: 0.5, mostForCards: 30, onTime: 70 } as const;

/** The answer, with each condition in words. */
export interface Eligibility {
  readonly agency: string;
  readonly eligible: boolean;
  readonly items: number;
  readonly score: number | null;
  readonly quantile: number | null;
  readonly reasons: readonly Bilingual[];
}

/** 100 points: 70 by the share on time, 30 less half a point for each weighted card per 10,000 items; `null` without work items. */
function scoreOf({ workItems, cards }: Figures): number | null {
  const { share } = workItems.onTime;
  if (share === null || cards.density === null) return null;
  const lost = Math.min(POINTS.mostForCards, POINTS.cardWeight * cards.density);
  return Math.round((POINTS.onTime * share + POINTS.mostForCards - lost) * 100) / 100;
}

/** One agency's eligibility among the reports of its period; `null` when it has none. Pure. */
export function eligibilityOf(agency: string, reports: ReadonlyMap<string, Report>): Eligibility | null {
  const own = reports.get(agency);
  if (own === undefined) return null;
  const tier = tierOf(own.division);
  const figures = figuresIn(own);
  const score = scoreOf(figures);
  const scores = [...reports.values()]
    .filter((report) => tierOf(report.division) === tier)
    .flatMap((report) => scoreOf(figuresIn(report)) ?? []);
  const quantile = score === null ? null : scores.filter((other) => other > score).length / scores.length;
  const items = figures.workItems.accepted;
  const falsified = figures.cards.byRule.filter(({ rule }) => FALSIFICATION.has(rule));
  const conditions: readonly (readonly [boolean, Bilingual])[] = [
    [
      items >= LEAST_ITEMS,
      {
        zh: `受理 ${items} 件，要求不少于 ${LEAST_ITEMS} 件`,
        en: `${items} accepted work items, at least ${LEAST_ITEMS} expected`,
      },
    ],
    [
      figures.cards.red === 0,
      { zh: `红牌 ${figures.cards.red} 张，要求为零`, en: `${figures.cards.red} red cards, none expected` },
    ],
    [
      falsified.length === 0,
      {
        zh: `数据造假类牌：${falsified.map(({ rule }) => rule).join('、') || '无'}`,
        en: `cards for falsified data: ${falsified.map(({ rule }) => rule).join(', ') || 'none'}`,
      },
    ],
    [
      quantile !== null && quantile < BEST_SHARE,
      {
        zh: `得分 ${score ?? '—'}，要求位于同级机构前 ${BEST_SHARE * 100}%`,
        en: `score ${score ?? '—'}, the best ${BEST_SHARE * 100} % of its tier expected`,
      },
    ],
  ];
  return {
    ...{ agency, items, score, quantile, eligible: conditions.every(([holds]) => holds) },
    reasons: conditions.map(([holds, { zh, en }]) => ({
      zh: `${holds ? '符合' : '不符合'}：${zh}`,
      en: `${holds ? 'holds' : 'does not hold'}: ${en}`,
    })),
  };
}

function figuresIn(report: Report): Figures {
  return readSnapshot(report).figures;
}
