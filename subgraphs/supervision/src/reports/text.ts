import type { Bilingual } from '@gnomon/rule-engine';
import type { Comparison, PeerGroup, Position } from './compare.ts';
import type { Share } from './figures.ts';
import type { Snapshot } from './report.ts';

/** The report as Markdown in both languages, from its snapshot alone (反馈报告文本). */
export function reportText(snapshot: Snapshot): Bilingual {
  return { zh: inChinese(snapshot), en: inEnglish(snapshot) };
}

function inChinese({ figures, ...report }: Snapshot): string {
  const { workItems, cards, appeals, rectification, repeated } = figures;
  return [
    `# 政务服务效能监督反馈报告 ${report.period}`,
    `机构：${report.agency}　区划：${report.division}　生成：${report.madeAt}`,
    '## 办件',
    `受理 ${workItems.accepted} 件，办结 ${workItems.finished} 件；按时办结率 ${percent(workItems.onTime)}；超承诺 ${workItems.overPromise} 件，超法定 ${workItems.overStatutory} 件，在办超期 ${workItems.openOverdue} 件。`,
    '## 预警与牌',
    `预警 ${workItems.warningsIssued} 次，解除率 ${percent(figures.warnings.resolved)}。黄牌 ${cards.yellow} 张，红牌 ${cards.red} 张，申诉中暂计 ${cards.provisional} 张；每万件加权牌数 ${cards.density ?? '—'}。`,
    ...cards.byRule.map(({ rule, yellow, red }) => `- ${rule}：黄牌 ${yellow}，红牌 ${red}`),
    '## 申诉与整改',
    `申诉 ${appeals.made} 次，已决 ${appeals.decided} 次（维持 ${appeals.sustained}、撤销 ${appeals.revoked}、降级 ${appeals.downgraded}）。整改销号 ${rectification.closed} 张，按期率 ${percent(rectification.closedInTime)}；退回方案 ${rectification.plansReturned} 次；逾期未答复视为认领 ${rectification.acceptedBySilence} 张。`,
    ...rectification.open.map(({ number, state, ageDays }) => `- 未销号：${number}（${state}，${ageDays} 日）`),
    `九十日内同类重复 ${repeated.part} 张。`,
    '## 与同类机构比较',
    ...report.comparisons.map(
      (one) =>
        `- ${MEASURES[one.measure].zh}：${compared(one)}；${GROUPS[one.group].zh}：${POSITION_NAMES[one.position].zh}`,
    ),
    '## 规则变化',
    ...orNone(
      report.ruleChanges.map(
        ({ rule, previousVersion, version }) => `- ${rule}：${previousVersion ?? '新增'} → ${version ?? '废止'}`,
      ),
      '无。',
    ),
    '## 对前期报告的更正',
    ...orNone(
      report.corrections.map(({ period, figure, was, is }) => `- ${period} ${figure}：${was ?? '—'} → ${is ?? '—'}`),
      '无。',
    ),
    '',
  ].join('\n\n');
}

function inEnglish({ figures, ...report }: Snapshot): string {
  const { workItems, cards, appeals, rectification, repeated } = figures;
  return [
    `# Feedback report on government service efficiency, ${report.period}`,
    `Agency: ${report.agency} · division: ${report.division} · made: ${report.madeAt}`,
    '## Work items',
    `${workItems.accepted} accepted, ${workItems.finished} finished; on time ${percent(workItems.onTime)}; ${workItems.overPromise} over the promise, ${workItems.overStatutory} over the statutory limit, ${workItems.openOverdue} open and overdue.`,
    '## Warnings and cards',
    `${workItems.warningsIssued} warnings, ${percent(figures.warnings.resolved)} resolved. ${cards.yellow} yellow and ${cards.red} red cards, ${cards.provisional} of them provisional under appeal; weighted cards per 10,000 items: ${cards.density ?? '—'}.`,
    ...cards.byRule.map(({ rule, yellow, red }) => `- ${rule}: ${yellow} yellow, ${red} red`),
    '## Appeals and rectification',
    `${appeals.made} appeals, ${appeals.decided} decided (${appeals.sustained} sustained, ${appeals.revoked} revoked, ${appeals.downgraded} downgraded). ${rectification.closed} cards closed, in time ${percent(rectification.closedInTime)}; ${rectification.plansReturned} plans returned; ${rectification.acceptedBySilence} cards accepted by silence.`,
    ...rectification.open.map(({ number, state, ageDays }) => `- not closed: ${number} (${state}, ${ageDays} days)`),
    `${repeated.part} cards repeat one of the same rule within ninety days.`,
    '## Beside like agencies',
    ...report.comparisons.map(
      (one) =>
        `- ${MEASURES[one.measure].en}: ${compared(one)}; ${GROUPS[one.group].en}: ${POSITION_NAMES[one.position].en}`,
    ),
    '## Changes of rules',
    ...orNone(
      report.ruleChanges.map(
        ({ rule, previousVersion, version }) => `- ${rule}: ${previousVersion ?? 'new'} → ${version ?? 'ended'}`,
      ),
      'None.',
    ),
    '## Corrections of earlier reports',
    ...orNone(
      report.corrections.map(({ period, figure, was, is }) => `- ${period} ${figure}: ${was ?? '—'} → ${is ?? '—'}`),
      'None.',
    ),
    '',
  ].join('\n\n');
}

const MEASURES: Readonly<Record<Comparison['measure'], Bilingual>> = {
  ON_TIME_SHARE: { zh: '按时办结率', en: 'share on time' },
  CARDS_PER_10000: { zh: '每万件牌数', en: 'cards per 10,000 items' },
};
const GROUPS: Readonly<Record<PeerGroup, Bilingual>> = {
  DEPARTMENT: { zh: '同级同系统机构', en: 'beside its tier and department line' },
  TIER: {
    zh: '同级机构（同系统不足六个或系统未登记）',
    en: 'beside its tier (fewer than six of its department line, or none on record)',
  },
};
const POSITION_NAMES: Readonly<Record<Position, Bilingual>> = {
  BETTER: { zh: '优于同类中位数', en: 'better than the median of its like' },
  WORSE: { zh: '劣于同类中位数', en: 'worse than the median of its like' },
  NOT_DISTINGUISHABLE: { zh: '与同类中位数无法区分', en: 'not to be told from the median of its like' },
  TOO_FEW: { zh: '样本不足，不作比较', en: 'too few to compare' },
};

function compared({ value, interval, median, n, peers }: Comparison): string {
  if (value === null || interval === null) return `n = ${n}`;
  return `${shown(value)} [${shown(interval.low)}, ${shown(interval.high)}], n = ${n}; ${median === null ? '—' : shown(median)} (${peers})`;
}

const shown = (value: number): string => String(Math.round(value * 10_000) / 10_000);

function percent({ part, whole, share }: Share): string {
  return share === null ? `— (${part}/${whole})` : `${Math.round(share * 10_000) / 100}% (${part}/${whole})`;
}

function orNone(lines: readonly string[], none: string): readonly string[] {
  return lines.length === 0 ? [none] : lines;
}
