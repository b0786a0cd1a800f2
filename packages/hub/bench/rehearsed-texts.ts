import { readFileSync } from 'node:fs';

/** A rule text as an office hands it in, and the division whose supervision body does. */
export interface OfficeText {
  readonly kind: 'RULE' | 'OVERLAY' | 'CALENDAR_NOTICE';
  readonly division: string;
  readonly text: string;
}

/**
 * Changes of every kind that an office makes at once: tightened limits and loosened ones, other thresholds, a rule that looks at more,
 * special rules of a league and of a banner; with `calendar` the holidays of another year as well. The documents are invented.
 */
export function officeTexts(calendar: boolean): readonly OfficeText[] {
  return [
    rule(
      'WI-03',
      ['windowShare: { value: 0.2', 'windowShare: { value: 0.28'],
      [
        'p.redShare * limit(promise))',
        'p.redShare * limit(promise)) || (limit(promise) > 5.0 && overdue(promise) > 1.0)',
      ],
    ),
    rule(
      'WI-10',
      ['yellowWorkdays: { value: 10,', 'yellowWorkdays: { value: 6,'],
      ['warningWorkdays: { value: 3,', 'warningWorkdays: { value: 2,'],
    ),
    rule('WI-07', ['warningWorkdays: { value: 2,', 'warningWorkdays: { value: 1,']),
    rule('EL-01', ['limitWorkdays: { value: 1,', 'limitWorkdays: { value: 3,']),
    rule('RV-01', ['redWorkHours: { value: 19.5,', 'redWorkHours: { value: 13.0,']),
    rule('RV-02', ['redTimes: { value: 2.0,', 'redTimes: { value: 3.0,']),
    rule('SC-09', ['redTimes: { value: 2.0,', 'redTimes: { value: 1.2,']),
    rule('OT-01', ['windowShare: { value: 0.2,', 'windowShare: { value: 0.5,']),
    overlay('1501-WI-01', 'WI-01', '1501', 'warningWorkHours: 4.0\n  redWorkdays: 2'),
    overlay('150105-WI-02', 'WI-02', '150105', 'warningWorkdays: 3\n  redWorkdays: 5'),
    ...(calendar ? [{ kind: 'CALENDAR_NOTICE', division: '15', text: NOTICE } as const] : []),
  ];
}

function rule(id: string, ...edits: readonly (readonly [string, string])[]): OfficeText {
  const file = new URL(`../../../rules/base/${id}.yaml`, import.meta.url);
  // The worked examples are those of the old numbers.
  let text = readFileSync(file, 'utf8')
    .split('\ntests:')[0]!
    .replace(/^version: .*$/m, 'version: "2027.1"');
  for (const [from, to] of edits) {
    if (!text.includes(from)) throw new Error(`${id}: \`${from}\` was expected in its text`);
    text = text.replace(from, to);
  }
  return { kind: 'RULE', division: '15', text: `${text}\n` };
}

function overlay(id: string, of: string, division: string, tighten: string): OfficeText {
  const text = [
    ...[`id: ${id}`, `rule: ${of}`, 'issuer: { zh: 示例, en: Example }', 'document: （示例）0号'],
    ...[`division: "${division}"`, 'from: 2026-01-01', 'tighten:', `  ${tighten}`, ''],
  ].join('\n');
  return { kind: 'OVERLAY', division, text };
}

/** Invented: what the real notice says is not known before it is published. */
const NOTICE = `${JSON.stringify({
  year: 2027,
  papers: ['https://example.invalid/2027'],
  days: [
    { date: '2027-01-01', name: '元旦', off: true },
    ...['05', '06', '07', '08', '09', '10', '11'].map((day) => ({ date: `2027-02-${day}`, name: '春节', off: true })),
    ...['14', '20'].map((day) => ({ date: `2027-02-${day}`, name: '春节', off: false })),
  ],
})}\n`;
