import { type CalendarData, compileCalendar, parseInstant, type WorkCalendar } from '@gnomon/working-time';
import { Ajv } from 'ajv';
import { makeCounterfactual, receiptAsJudged } from './counterfactual.ts';
import { canonicalJson } from './hash.ts';
import { loadPack } from './load.ts';
import { formatProblem } from './problem.ts';
import { makeReceipt, receiptHash } from './receipt.ts';
import type { Level, Pack, Receipt, ReceiptEnvelope } from './types.ts';

/** One thing in which a receipt and its recomputation differ. */
export interface Difference {
  readonly field: string;
  readonly stated: string;
  readonly computed: string;
  readonly zh: string;
  readonly en: string;
}

export type Verification =
  | {
      readonly match: true;
      readonly receipt: Receipt;
      readonly hash: string /** The level one millisecond before, under the same facts. */;
      readonly levelBefore: Level;
    }
  | { readonly match: false; readonly differences: readonly Difference[] };

/**
 * Computes a receipt again from the texts that came with it, with no server: hashes, pack, calendar, verdict, message.
 * Takes anything; what is not an envelope is a difference too.
 */
export function verifyReceipt(envelope: unknown): Verification {
  const shape = shapeDifferences(envelope);
  if (shape.length > 0) return { match: false, differences: shape };
  const { receipt, hash, files, calendar: data } = envelope as ReceiptEnvelope;
  const differences: Difference[] = [];
  const compare = (field: string, stated: unknown, computed: unknown, zh: string, en: string): void => {
    const [a, b] = [shown(stated), shown(computed)];
    if (a !== b) differences.push({ field, stated: a, computed: b, zh, en });
  };
  compare('hash', hash, receiptHash(receipt), '卡证内容与其哈希不符', 'the receipt is not what its hash names');
  const calendar = attempt('calendar', () => calendarFor(data, receipt), differences);
  const pack = attempt('files', () => packFrom(files, calendar), differences);
  if (calendar === null || pack === null) return { match: false, differences };
  compare(
    'calendarHash',
    receipt.calendarHash,
    calendar.hash,
    '日历数据与卡证所引不符',
    'the calendar is not the one that the receipt names',
  );
  compare(
    'packHash',
    receipt.packHash,
    pack.hash,
    '规则包与卡证所引不符',
    'the pack is not the one that the receipt names',
  );
  const again = attempt('facts', () => recompute(receipt, pack, calendar), differences);
  if (again === null) return { match: false, differences };
  for (const field of RECOMPUTED)
    compare(field, receipt[field], again.receipt[field], `重算的 ${field} 不同`, `${field} comes out differently`);
  if (differences.length === 0)
    compare(
      'receipt',
      canonicalJson(receipt),
      canonicalJson(
        receipt.counterfactual === undefined
          ? again.receipt
          : { ...again.receipt, counterfactual: receipt.counterfactual },
      ),
      '卡证含有多余内容',
      'the receipt holds more than it should',
    );
  if (receipt.counterfactual !== undefined)
    attempt('counterfactual', () => verifyClaims(receipt, pack, calendar, compare), differences);
  return differences.length > 0
    ? { match: false, differences }
    : { match: true, receipt, hash, levelBefore: again.levelBefore };
}

type Compare = (field: string, stated: unknown, computed: unknown, zh: string, en: string) => void;

/** A counterfactual is true when putting the replaced facts back gives the receipt that it names, and the claims lead from there to it. */
function verifyClaims(receipt: Receipt, pack: Pack, calendar: WorkCalendar, compare: Compare): void {
  const { of, replaced } = receipt.counterfactual!;
  const asJudged = receiptAsJudged(receipt, pack, calendar);
  compare(
    'counterfactual.of',
    of,
    receiptHash(asJudged),
    '换回原事实后不是所引的卡证',
    'with the replaced facts put back it is not the receipt that it names',
  );
  const claims = replaced.map(({ path, claimed }) => ({ path, value: claimed }));
  const again = makeCounterfactual(asJudged, claims, pack, calendar);
  compare(
    'counterfactual.replaced',
    canonicalJson('receipt' in again ? { facts: receipt.facts, replaced } : []),
    canonicalJson(
      'receipt' in again
        ? { facts: again.receipt.facts, replaced: again.receipt.counterfactual!.replaced }
        : again.refused,
    ),
    '所列主张推不出这些事实',
    'the claims that are listed do not lead to these facts',
  );
}

const RECOMPUTED = [
  'ruleVersion',
  'ruleHash',
  'level',
  'message',
  'parameters',
  'facts',
  'turnedAt',
  'knownAt',
] as const satisfies readonly (keyof Receipt)[];

const shown = (value: unknown): string => (typeof value === 'string' ? value : canonicalJson(value));

function recompute(receipt: Receipt, pack: Pack, calendar: WorkCalendar): { receipt: Receipt; levelBefore: Level } {
  const { rule, subjectKind: kind, subject, occurrence, facts, scope, sources } = receipt;
  const turnedAt = parseInstant(receipt.turnedAt);
  const again = makeReceipt({
    pack,
    calendar,
    rule,
    kind,
    subject,
    occurrence,
    facts,
    scope,
    sources,
    turnedAt,
    knownAt: parseInstant(receipt.knownAt),
  });
  const before = pack
    .judgeRule(rule, kind, facts, scope, calendar, turnedAt - 1)
    .find((verdict) => verdict.occurrence === occurrence);
  return { receipt: again, levelBefore: before?.level ?? 'NONE' };
}

/** The envelope holds exactly the overlays that were in force; they all hold again in the subject's division and place. */
export function calendarFor(data: CalendarData, { scope }: Pick<Receipt, 'scope'>): WorkCalendar {
  const place = data.overlays.find((overlay) => !scope.division.startsWith(overlay.scope))?.scope;
  return compileCalendar(
    data,
    place === undefined ? { division: scope.division } : { division: scope.division, place },
  );
}

function packFrom(files: ReceiptEnvelope['files'], calendar: WorkCalendar | null): Pack {
  const loaded = loadPack(files, { calendar: calendar as WorkCalendar, runTests: false });
  if ('pack' in loaded) return loaded.pack;
  throw new Error(loaded.problems.slice(0, 3).map(formatProblem).join('\n'));
}

function attempt<T>(field: string, compute: () => T, differences: Difference[]): T | null {
  try {
    return compute();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    differences.push({
      field,
      stated: '',
      computed: reason,
      zh: `无法使用 ${field}：${reason}`,
      en: `${field} cannot be used: ${reason}`,
    });
    return null;
  }
}

const text = { type: 'string' } as const;
const record = { type: 'object' } as const;
const receiptSchema = {
  type: 'object',
  properties: {
    format: { const: 'gnomon-receipt/1' },
    ...Object.fromEntries(
      [
        'rule',
        'ruleVersion',
        'ruleHash',
        'packHash',
        'calendarHash',
        'subjectKind',
        'subject',
        'occurrence',
        'level',
        'turnedAt',
        'knownAt',
      ].map((name) => [name, text]),
    ),
    scope: {
      type: 'object',
      properties: { division: text, agency: text, department: text, item: text },
      required: ['division', 'agency', 'department', 'item'],
    },
    facts: record,
    sources: { type: 'array' },
    parameters: record,
    message: { type: 'object', properties: { zh: text, en: text }, required: ['zh', 'en'] },
    counterfactual: {
      type: 'object',
      properties: {
        of: text,
        replaced: {
          type: 'array',
          items: {
            type: 'object',
            properties: { path: { type: 'array', minItems: 1, maxItems: 3, items: text } },
            required: ['path', 'judged', 'claimed'],
          },
        },
      },
      required: ['of', 'replaced'],
    },
  },
  required: [
    'format',
    'rule',
    'ruleVersion',
    'ruleHash',
    'packHash',
    'calendarHash',
    'subjectKind',
    'subject',
    'occurrence',
    'scope',
    'facts',
    'sources',
    'level',
    'turnedAt',
    'knownAt',
    'parameters',
    'message',
  ],
} as const;
const envelopeSchema = {
  type: 'object',
  properties: {
    receipt: receiptSchema,
    hash: text,
    files: { type: 'array', items: { type: 'object', properties: { path: text, text }, required: ['path', 'text'] } },
    calendar: {
      type: 'object',
      properties: { id: text, notices: { type: 'array' }, overlays: { type: 'array' }, officeHours: { type: 'array' } },
      required: ['id', 'notices', 'overlays', 'officeHours'],
    },
  },
  required: ['receipt', 'hash', 'files', 'calendar'],
} as const;
const validate = new Ajv({ allErrors: true, strict: false }).compile(envelopeSchema);

function shapeDifferences(envelope: unknown): readonly Difference[] {
  if (validate(envelope)) return [];
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => {
    const field = instancePath === '' ? '/' : instancePath;
    return {
      field,
      stated: '',
      computed: message,
      zh: `不是卡证封套：${field} ${message}`,
      en: `not a receipt envelope: ${field} ${message}`,
    };
  });
}
