import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Claim,
  contestableFacts,
  loadPack,
  makeCounterfactual,
  makeReceipt,
  type Receipt,
  type ReceiptEnvelope,
  receiptHash,
  sealReceipt,
} from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import { compileCalendar, openClock, parseInstant } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { verifyReceiptText } from '../src/index.ts';

const RULES = join(import.meta.dirname, '../../../rules');
const calendar = compileCalendar(readCalendarFolder(join(RULES, 'calendar')), { division: '150105' });
const PATHS = ['facts/work-item.yaml', 'base/WI-03.yaml', 'base/WI-04.yaml', 'base/WI-09.yaml'];
const files = readRulesFolder(RULES).filter(({ path }) => PATHS.includes(path));
const loaded = loadPack(files, { calendar, runTests: false });
if ('problems' in loaded) throw new Error('the rules have problems');
const { pack } = loaded;
const scope = { division: '150105', agency: '11150000011500000X', department: '', item: '' };
const at = (text: string) => parseInstant(`${text}+08:00`);

const overdue = makeReceipt({
  ...{ pack, calendar, rule: 'WI-03', kind: 'work-item', subject: '115:1', occurrence: '', scope },
  facts: {
    ...{ kind: 'PROMISE', open: true, accepted: true },
    promise: openClock({ calendar, limit: { amount: 5, unit: 'WORKDAY' }, start: at('2024-09-23T09:00:00') }),
  },
  ...{ sources: [], turnedAt: at('2024-09-30T00:00:00'), knownAt: at('2024-09-30T00:00:00') },
});
const notice = makeReceipt({
  ...{ pack, calendar, rule: 'WI-09', kind: 'work-item', subject: '115:2', occurrence: 'n.1', scope },
  facts: {
    notices: [
      {
        id: 'n.1',
        sentAt: at('2024-09-24T09:00:00'),
        missingElements: 3,
        hasItems: false,
        hasReasons: false,
        sentAfterWorkdays: 9,
        suspended: false,
      },
      {
        id: 'n.2',
        sentAt: at('2024-09-24T09:00:00'),
        missingElements: 0,
        hasItems: true,
        hasReasons: true,
        sentAfterWorkdays: 1,
        suspended: false,
      },
    ],
  },
  ...{ sources: [], turnedAt: at('2024-09-30T00:00:00'), knownAt: at('2024-09-30T00:00:00') },
});

/** The counterfactual of these claims. @throws when one is refused. */
function claimed(receipt: Receipt, ...claims: readonly Claim[]): Receipt {
  const made = makeCounterfactual(receipt, claims, pack, calendar);
  if ('refused' in made) throw new Error(JSON.stringify(made.refused));
  return made.receipt;
}
const refusals = (receipt: Receipt, ...claims: readonly Claim[]) => {
  const made = makeCounterfactual(receipt, claims, pack, calendar);
  return 'refused' in made ? made.refused.map(({ path, reason }) => [path.join('/'), reason.en]) : [];
};
const seal = (receipt: Receipt): ReceiptEnvelope => sealReceipt(receipt, pack, calendar);
const verify = (value: unknown) => verifyReceiptText(JSON.stringify(value), 'test.json');
const fields = (value: unknown) =>
  verify(value).flatMap((one) => (one.match ? [] : one.differences.map((d) => d.field)));
const withHash = (receipt: Receipt): ReceiptEnvelope => ({ ...seal(receipt), receipt, hash: receiptHash(receipt) });
const suspended: Claim = {
  path: ['promise'],
  value: {
    start: '2024-09-23T09:00:00+08:00',
    suspensions: [{ from: '2024-09-25T00:00:00+08:00', to: '2024-09-28T00:00:00+08:00' }],
  },
};

describe('what would have been judged under claimed facts', () => {
  test('a suspension that was never pushed moves the limit, and the card would not have been', () => {
    const receipt = claimed(overdue, suspended);
    expect([overdue.level, receipt.level]).toEqual(['YELLOW', 'NONE']);
    const anew = openClock({
      ...{ calendar, limit: { amount: 5, unit: 'WORKDAY' }, start: at('2024-09-23T09:00:00') },
      suspensions: [{ from: at('2024-09-25T00:00:00'), to: at('2024-09-28T00:00:00') }],
    });
    expect(receipt.facts.promise).toEqual(anew);
  });

  test.each<[string, Claim['value'], string]>([
    ['a finish on the last day, while it is said to be open', { stopped: '2024-09-29T17:00:00+08:00' }, 'WARNING'],
    ['a finish one day late', { stopped: '2024-09-30T10:00:00+08:00' }, 'YELLOW'],
    ['a later start', { start: '2024-09-24T09:00:00+08:00' }, 'WARNING'],
    ['an earlier start', { start: '2024-09-02T09:00:00+08:00' }, 'RED'],
    [
      'a suspension that has not ended',
      { start: '2024-09-23T09:00:00+08:00', suspensions: [{ from: '2024-09-25T00:00:00+08:00', to: null }] },
      'NONE',
    ],
    [
      'a suspension that began after the limit',
      { start: '2024-09-23T09:00:00+08:00', suspensions: [{ from: '2024-10-10T00:00:00+08:00', to: null }] },
      'YELLOW',
    ],
    ['a limit of a day more', { start: '2024-09-23T09:00:00+08:00', limit: 6 }, 'WARNING'],
    ['a limit of a day less', { start: '2024-09-23T09:00:00+08:00', limit: 4 }, 'YELLOW'],
  ])('a clock is contested by its parts: %s', (_what, value, level) => {
    const receipt = claimed(overdue, { path: ['promise'], value });
    expect(receipt.level).toBe(level);
    expect(verify(seal(receipt))).toMatchObject([{ match: true }]);
  });

  test('what was suspended before and is claimed again counts once: what a receipt counted is not in it, so all is said', () => {
    const from = (to: string) => ({ from: '2024-09-25T00:00:00+08:00', to });
    const start = '2024-09-23T09:00:00+08:00';
    const once = claimed(overdue, suspended);
    // A claim against the receipt that counts the suspension already, by whoever does not know that it does.
    expect(refusals(once, { path: ['promise'], value: { suspensions: [from('2024-09-28T00:00:00+08:00')] } })).toEqual([
      ['promise', 'start, and all suspensions, together with limit or suspensions'],
    ]);
    expect(refusals(once, { path: ['promise'], value: { limit: 10 } })).toHaveLength(1);
    const again = claimed(once, {
      path: ['promise'],
      value: { start, suspensions: [from('2024-09-28T00:00:00+08:00')] },
    });
    expect(again.facts.promise).toEqual(once.facts.promise);
  });

  test('a clock that was not known is claimed with its start and its limit', () => {
    const { promise: _unknown, ...facts } = overdue.facts;
    const receipt = { ...overdue, facts };
    expect(refusals(receipt, { path: ['promise'], value: { start: '2024-09-23T09:00:00+08:00' } })).toHaveLength(1);
    expect(refusals(receipt, { path: ['promise'], value: { stopped: null } })).toHaveLength(1);
    const value = { start: '2024-09-23T09:00:00+08:00', limit: 5 };
    expect(claimed(receipt, { path: ['promise'], value }).facts.promise).toEqual(overdue.facts.promise);
  });

  test.each([[-1], [1.5], [3_651], ['5'], [null], [{}]])('a limit of %j is none', (limit) => {
    const value = { start: '2024-09-23T09:00:00+08:00', limit };
    expect(refusals(overdue, { path: ['promise'], value })).toEqual([
      ['promise', 'a whole number of days from 0 to 3650'],
    ]);
  });

  test('one field of one element of a list is replaced, and no other', () => {
    const claim = (field: string, value: Claim['value']): Claim => ({ path: ['notices', 'n.1', field], value });
    const receipt = claimed(
      notice,
      claim('hasItems', true),
      claim('hasReasons', true),
      claim('missingElements', 0),
      claim('sentAfterWorkdays', 2),
    );
    expect(notice.level).not.toBe('NONE');
    expect(receipt.level).toBe('NONE');
    expect((receipt.facts.notices as unknown[])[1]).toEqual((notice.facts.notices as unknown[])[1]);
    expect(verify(seal(receipt))).toMatchObject([{ match: true }]);
  });

  test('a claim that names no fact of the rule, or has not its type, is refused with what was expected', () => {
    const clock = expect.stringContaining('parts of a clock');
    expect(refusals(overdue, { path: ['promis'], value: 1 })).toEqual([['promis', 'a fact that the rule reads']]);
    expect(refusals(overdue, { path: ['fees'], value: [] })).toEqual([['fees', 'a fact that the rule reads']]);
    expect(refusals(overdue, { path: ['__proto__'], value: {} })).toHaveLength(1);
    expect(refusals(overdue, { path: [], value: 1 })).toHaveLength(1);
    expect(refusals(overdue, { path: ['kind'], value: 'SOON' })).toEqual([['kind', 'one of INSTANT, PROMISE, OTHER']]);
    expect(refusals(overdue, { path: ['open'], value: 'no' })).toEqual([['open', 'true or false']]);
    expect(refusals(overdue, { path: ['promise'], value: {} })).toEqual([['promise', clock]]);
    expect(refusals(overdue, { path: ['promise'], value: { due: 9 } })).toEqual([['promise', clock]]);
    expect(refusals(overdue, { path: ['promise'], value: { start: '1066-01-01T00:00:00Z' } })).toHaveLength(1);
    expect(refusals(overdue, { path: ['answer'], value: { stopped: null } })).toHaveLength(1);
    expect(refusals(overdue, suspended, suspended)).toEqual([['promise', 'each fact claimed once']]);
    expect(refusals(notice, { path: ['notices'], value: [] })).toHaveLength(1);
    expect(refusals(notice, { path: ['notices', 'n.9', 'hasItems'], value: true })).toHaveLength(1);
    expect(refusals(notice, { path: ['notices', 'n.1', 'id'], value: 'n.2' })).toHaveLength(1);
  });

  test('whoever contests is told what there is: every fact that the rule reads, every field of each element', () => {
    const paths = (receipt: Receipt) => contestableFacts(receipt, pack).map(({ path }) => path.join('/'));
    // What was not known can be claimed, too.
    expect(paths(overdue)).toEqual([
      'accepted',
      'answer',
      'bundleChild',
      'engineeringApproval',
      'kind',
      'open',
      'promise',
    ]);
    expect(paths(notice).filter((path) => path.startsWith('notices/n.1/'))).toHaveLength(6);
  });

  test('no claim whatever breaks it: it is followed or refused, and what is followed verifies', () => {
    const names = fc.constantFrom('promise', 'open', 'kind', 'accepted', 'notices', 'toString', '');
    const path = fc.oneof(fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 }), fc.tuple(names));
    const parts = fc.record(
      {
        start: fc.oneof(fc.jsonValue(), fc.constant('2024-09-23T09:00:00+08:00')),
        limit: fc.oneof(fc.jsonValue(), fc.double({ min: 0, max: 4_000 })),
        suspensions: fc.jsonValue(),
        stopped: fc.oneof(fc.jsonValue(), fc.date({ noInvalidDate: true }).map(String)),
      },
      { requiredKeys: [] },
    );
    const value = fc.oneof(fc.jsonValue(), parts) as fc.Arbitrary<Claim['value']>;
    fc.assert(
      fc.property(
        fc.constantFrom(overdue, notice),
        fc.array(fc.record({ path, value }), { maxLength: 3 }),
        (receipt, claims) => {
          const made = makeCounterfactual(receipt, claims, pack, calendar);
          if ('refused' in made) expect(made.refused.length).toBeGreaterThan(0);
          else expect(made.receipt.counterfactual!.replaced).toHaveLength(claims.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a pair of receipts', () => {
  const asClaimed = claimed(overdue, suspended);
  const pair = { asJudged: { envelope: seal(overdue) }, asClaimed: { envelope: seal(asClaimed) } };
  const changed = (change: Partial<NonNullable<Receipt['counterfactual']>>) =>
    withHash({ ...asClaimed, counterfactual: { ...asClaimed.counterfactual!, ...change } });

  test('is verified, each from its own texts', () => {
    expect(verify(pair).map(({ match }) => match)).toEqual([true, true]);
  });

  test('that does not belong together is found, although each receipt is true in itself', () => {
    const other = claimed(notice, { path: ['notices', 'n.1', 'hasItems'], value: true });
    expect(verify(seal(other))).toMatchObject([{ match: true }]);
    expect(fields({ ...pair, asClaimed: { envelope: seal(other) } })).toEqual(['asClaimed.receipt.counterfactual.of']);
    expect(fields({ ...pair, asClaimed: { envelope: seal(overdue) } })).toEqual([
      'asClaimed.receipt.counterfactual.of',
    ]);
  });

  const [replaced] = asClaimed.counterfactual!.replaced;
  const elsewhere = openClock({ calendar, limit: { amount: 9, unit: 'WORKDAY' }, start: at('2024-09-23T09:00:00') });
  test.each<[string, unknown, string]>([
    ['of which receipt it speaks', changed({ of: 'a'.repeat(64) }), 'counterfactual.of'],
    [
      'what was claimed',
      changed({ replaced: [{ ...replaced!, claimed: { stopped: null } }] }),
      'counterfactual.replaced',
    ],
    ['what was judged', changed({ replaced: [{ ...replaced!, judged: elsewhere }] }), 'counterfactual.of'],
    ['a replacement that is not listed', changed({ replaced: [] }), 'counterfactual.of'],
    [
      'a replacement of what nobody reads',
      changed({ replaced: [replaced!, { path: ['fees'], judged: null, claimed: 1 }] }),
      'counterfactual.replaced',
    ],
    ['the level', withHash({ ...asClaimed, level: 'YELLOW' }), 'level'],
    [
      'a fact beside the claimed one',
      withHash({ ...asClaimed, facts: { ...asClaimed.facts, accepted: false } }),
      'counterfactual.of',
    ],
    ['that it is one', withHash({ ...asClaimed, counterfactual: { of: 'x' } as never }), '/receipt/counterfactual'],
  ])('tampering with %s is found', (_what, envelope, field) => {
    expect(fields(envelope)).toContain(field);
  });

  test('is read out by the command, with what was replaced', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pair-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'pair.json');
    writeFileSync(path, JSON.stringify({ data: { appeal: pair } }));
    const main = join(import.meta.dirname, '../src/main.ts');
    const { status, stdout } = spawnSync(process.execPath, [main, path], { encoding: 'utf8', timeout: 30_000 });
    expect([status, stdout.match(/相符/g)]).toEqual([0, ['相符', '相符']]);
    expect(stdout).toContain(`反事实卡证 / counterfactual: ${receiptHash(overdue)}`);
    expect(stdout).toContain('promise: ');
  });
});
