import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provinceMonth } from '@gnomon/province';
import type { ReceiptEnvelope } from '@gnomon/rule-engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoCalendar, demoCast, demoViewers, importHistory, publishWorld } from '../src/index.ts';
import { type ListeningHub, openListeningHub } from './listening-hub.ts';
import { type Outcome, runCommand } from './run-command.ts';

const RECEIPT = 'packages/receipt/src/main.ts';

interface Card {
  readonly id: string;
  readonly level: string;
  readonly turnedAt: string;
  readonly indicator: { readonly id: string };
  readonly subject: { readonly __typename: string; readonly id: string };
}
interface Held {
  readonly hash: string;
  readonly json: string;
  readonly envelope: ReceiptEnvelope;
}

let world: ListeningHub;
/** One card of each indicator that the month brought about, with its receipt as the graph gave it. */
let cards: readonly (Card & { readonly receipt: Held })[];
const folder = mkdtempSync(join(tmpdir(), 'gnomon-receipts-'));
beforeAll(async () => {
  let present = Date.parse('2026-03-31T12:00:00+08:00');
  world = await openListeningHub({ time: { now: () => present }, background: false });
  const month = provinceMonth({
    seed: 4,
    cast: demoCast(),
    calendar: demoCalendar(world.hub.rules),
    from: '2026-04-01',
    to: '2026-04-30',
    items: 70,
    defectRate: 0.9,
    disorder: { late: 0.05, shuffled: 0.05, doubled: 0.05 },
  });
  await publishWorld(world.hub, month, demoViewers()('operator'));
  await world.hub.settle();
  present = month.readAt;
  await importHistory({ hubUrl: world.hub.url, token: await world.token('operator'), batch: 'month' }, month.arrivals);
  await world.hub.settle();
  const all = (await allCards()).filter(
    (card, index, list) => list.findIndex((one) => one.indicator.id === card.indicator.id) === index,
  );
  cards = await Promise.all(all.map(async (card) => ({ ...card, receipt: await receiptOf(card.id) })));
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true });
});

async function allCards(): Promise<readonly Card[]> {
  const nodes: Card[] = [];
  for (let after: string | null = null; ; ) {
    const page: {
      data?: { cards: { nodes: Card[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } | null;
      errors?: unknown;
    } = await world.ask(
      'auditor-region',
      `query ($after: String) {
        cards(first: 200, after: $after) {
          nodes { id level turnedAt indicator { id } subject { __typename id } } pageInfo { hasNextPage endCursor }
        }
      }`,
      { after },
    );
    expect(page.errors).toBeUndefined();
    nodes.push(...page.data!.cards.nodes);
    if (!page.data!.cards.pageInfo.hasNextPage) return nodes;
    after = page.data!.cards.pageInfo.endCursor;
  }
}

async function receiptOf(id: string): Promise<Held> {
  const { data } = await world.ask<{ card: { receipt: Held } }>(
    'auditor-region',
    'query ($id: ID!) { card(id: $id) { receipt { hash json envelope } } }',
    { id },
  );
  return data!.card.receipt;
}

/** Has the separate command, which knows no server, recompute what is written to files. */
function recompute(...contents: readonly unknown[]): Promise<Outcome> {
  const files = contents.map((content, index) => {
    const file = join(folder, `${index}.json`);
    writeFileSync(file, JSON.stringify(content));
    return file;
  });
  return runCommand(RECEIPT, files, { GNOMON_HOME: join(folder, 'no-home'), DATABASE_URL: '' });
}

test('the receipt of a card of every indicator that found something recomputes to the same bytes', async () => {
  expect(new Set(cards.map(({ indicator }) => indicator.id)).size).toBeGreaterThan(12);
  expect(new Set(cards.map(({ level }) => level))).toEqual(new Set(['YELLOW', 'RED']));
  for (const { receipt } of cards)
    expect(createHash('sha256').update(receipt.json, 'utf8').digest('hex')).toBe(receipt.hash);

  const { code, stdout, stderr } = await recompute(...cards.map(({ receipt }) => receipt.envelope));
  expect([code, stderr]).toEqual([0, '']);
  const told = [...stdout.matchAll(/^ {2}(\S+) \S+ · (\S+) · (YELLOW|RED) · (\S+)$/gm)];
  expect(told.map((line) => line.slice(1))).toEqual(
    cards.map(({ indicator, subject, level, turnedAt }) => [indicator.id, subject.id, level, turnedAt]),
  );
  for (const { receipt } of cards) expect(stdout).toContain(receipt.hash);
});

test('a GraphQL answer saved as it came is read whole', async () => {
  const [first, second] = cards;
  const answer = { data: { cards: { nodes: [{ receipt: first!.receipt }, { receipt: second!.receipt }] } } };
  const { code, stdout } = await recompute(answer);
  expect(code).toBe(0);
  expect(stdout.match(/相符 \/ match/g)).toHaveLength(2);
});

test('a receipt that was tampered with is found, whatever was changed, and named beside those that match', async () => {
  const card = cards.find(({ level }) => level === 'YELLOW')!;
  const { envelope } = card.receipt;
  const turned = Date.parse(envelope.receipt.turnedAt);
  const changed = (change: object): unknown => ({ ...envelope, receipt: { ...envelope.receipt, ...change } });
  const [file] = envelope.files.filter(({ path }) => path.includes(card.indicator.id));
  const tampered: Record<string, unknown> = {
    level: changed({ level: 'RED' }),
    'the instant, by a millisecond': changed({ turnedAt: new Date(turned - 1).toISOString() }),
    subject: changed({ subject: `${envelope.receipt.subject}0` }),
    hash: { ...envelope, hash: envelope.hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) },
    'the text of the rule': {
      ...envelope,
      files: envelope.files.map((one) => (one === file ? { ...one, text: one.text.replace('zh: ', 'zh: 改') } : one)),
    },
  };
  const all = await recompute(envelope, ...Object.values(tampered));
  expect([all.code, all.stderr]).toEqual([1, '']);
  expect(all.stdout.match(/相符 \/ match|不符 \/ does not match/g)).toEqual([
    '相符 / match',
    ...Object.keys(tampered).map(() => '不符 / does not match'),
  ]);
  expect((await recompute(tampered['the instant, by a millisecond'])).code).toBe(1);
});
