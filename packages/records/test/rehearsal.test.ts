import { loadPack } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import type { RulesInForce, RulesPort } from '@gnomon/subgraph-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changesBetween, type Milestone, type Outcome, outcomesOf } from '../src/index.ts';
import { parcel, RULES, row } from './parcels.ts';
import { subgraph } from './toy/parcels.ts';
import { agency, openRecordWorld, type RecordTestWorld, rulesOf, source, viewer } from './world.ts';

const START = Date.parse('2024-10-14T08:00:00+08:00');
const END = Date.parse('2024-11-20T08:00:00+08:00');
const HOUR_MS = 3_600_000;
const SUPERVISOR = viewer('SUPERVISOR', { division: '15', tier: 'REGION' });

const base = rulesOf(RULES).current();
const edited = (edit: (path: string, text: string) => string): RulesInForce => {
  const files = readRulesFolder(RULES).map(({ path, text }) => ({ path, text: edit(path, text) }));
  const loaded = loadPack(files, { calendar: base.calendar, runTests: false });
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  return { ...base, pack: loaded.pack };
};
const drafts: Readonly<Record<string, RulesInForce>> = {
  // Warns earlier, punishes earlier, no longer asks about damaged labels, and takes a bad month more seriously.
  'LAW-1': edited((path, text) =>
    text
      .replace('open && left(delivery) <= 1', 'open && left(delivery) <= 4')
      .replace('overdue(delivery) > 24', 'overdue(delivery) > 6')
      .replace('yellow: damaged', 'yellow: damaged && false')
      .replace(
        'yellow: expired(period)',
        path === 'base/TY-03.yaml' ? 'red: expired(period)' : 'yellow: expired(period)',
      ),
  ),
};
const port = (rules: RulesInForce): RulesPort => ({
  current: () => rules,
  onChange: () => () => {},
  draft: ([id]) => {
    const rules = drafts[id!];
    return rules === undefined ? null : { rules };
  },
});

function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
const text = (at: number): string => new Date(at + 8 * HOUR_MS).toISOString().slice(0, 19).replace('T', ' ');

/** Weeks of two sources: delivered late and in time, lost, damaged, deleted, claimed; rows late, doubled and out of order. */
async function season(world: RecordTestWorld, seed: number): Promise<void> {
  const random = createRandom(seed);
  const coming: { readonly at: number; readonly row?: Record<string, unknown>; readonly milestone?: Milestone }[] = [];
  for (let no = 0; no < 20; no += 1) {
    const from = random(2) === 0 ? 'own' : 'late';
    const sentAt = START + random(500) * HOUR_MS + random(3_600_000);
    const delay = from === 'own' ? 1_000 : random(14) * HOUR_MS;
    const endAt = sentAt + (5 + random(90)) * HOUR_MS;
    const columns = { data_source: from, sent_at: text(sentAt), depot: 'north', batch_no: `B${random(4)}` };
    const end = random(2) === 0 ? { state: '3' } : { state: '2', delivered_at: text(endAt) };
    const ended = parcel(`n${no}`, { ...columns, ...end, cd_operation: 'U', cd_time: text(endAt) });
    const scanned = { scanned_at: text(sentAt + HOUR_MS), damaged: random(2) === 0 ? 'yes' : '' };
    coming.push(
      { at: sentAt + delay, row: parcel(`n${no}`, { ...columns, cd_time: text(sentAt) }) },
      { at: endAt + delay, row: ended },
      { at: endAt + delay + HOUR_MS, row: ended },
      {
        at: sentAt + random(30) * HOUR_MS + delay,
        row: row('scan', {
          data_source: from,
          parcel_no: `n${no}`,
          row_guid: `s-${no}`,
          cd_time: text(sentAt),
          ...scanned,
        }),
      },
    );
    if (random(8) === 0)
      coming.push({
        at: endAt + 2 * HOUR_MS + delay,
        row: parcel(`n${no}`, { ...columns, ...end, cd_operation: 'D', cd_time: text(endAt + 2 * HOUR_MS) }),
      });
    if (random(4) === 0) {
      const at = sentAt + 3 * HOUR_MS + 17;
      const claim = {
        kind: 'claim',
        id: `${from}:n${no}`,
        at,
        n: 1,
        source: from,
        agency: 'north',
        division: '15',
        item: null,
      };
      coming.push({ at, milestone: { ...claim, facts: { serious: random(2) === 0, claimedAt: at } } });
    }
  }
  for (const { at, row: one, milestone } of coming.sort((a, b) => a.at - b.at)) {
    await world.goTo(at);
    if (one !== undefined) await world.push([one]);
    if (milestone !== undefined) await world.milestones('claims', [milestone]);
  }
  await world.goTo(END);
}

async function lived(rules: RulesInForce, seed: number): Promise<RecordTestWorld> {
  const world = await openRecordWorld(subgraph, {
    ...{ prefix: 'parcel', start: new Date(START).toISOString(), rules: port(rules) },
    publish: [
      ['agency', agency('north', '15')],
      ['source', source('own', 'north', '15', { ownPlatform: true })],
      ['source', source('late', 'north', '15')],
    ],
  });
  await season(world, seed);
  return world;
}

interface Side {
  readonly level: string;
  readonly turnedAt: string;
}
interface Found {
  readonly __typename: string;
  readonly subjects: number;
  readonly changed: number;
  readonly changes: readonly {
    readonly kind: string;
    readonly indicator: { readonly id: string };
    readonly subjectId: string;
    readonly before: Side | null;
    readonly after: Side | null;
  }[];
}
const sideText = (side: Side | null): string => (side === null ? '-' : `${side.level} ${side.turnedAt}`);

async function predicted(world: RecordTestWorld, draft: string, variables: object = {}): Promise<Found> {
  const { found } = await world.ask<{ found: Found }>(
    SUPERVISOR,
    `query ($text: ID!, $from: Date!, $to: Date!, $agency: ID) { found: parcelRehearsal(text: $text, from: $from, to: $to, agency: $agency, first: 5000) { __typename
      ... on Rehearsal { subjects changed changes { kind indicator { id } subjectId before { level turnedAt } after { level turnedAt } } } } }`,
    { text: draft, from: '2024-10-01', to: '2024-11-30', ...variables },
  );
  return found;
}

describe('a rehearsal over the kept rows of a domain', () => {
  let world: RecordTestWorld;
  beforeAll(async () => {
    world = await lived(base, 1);
  });
  afterAll(() => world.close());

  test('predicts exactly what comes when the text is in force over the same rows, months included', async () => {
    const other = await lived(drafts['LAW-1']!, 1);
    let outcomes: readonly (readonly Outcome[])[];
    try {
      outcomes = [outcomesOf(await world.signals()), outcomesOf(await other.signals())];
    } finally {
      await other.close();
    }
    const actual = changesBetween(outcomes[0]!, outcomes[1]!)
      .map(({ kind, before, after }) => {
        const { rule, subject } = (after ?? before)!;
        return `${kind} ${rule} ${subject}: ${sideText(before)} → ${sideText(after)}`;
      })
      .sort();
    const { changes } = await predicted(world, 'LAW-1');
    const lines = changes.map(
      ({ kind, indicator, subjectId, before, after }) =>
        `${kind} ${indicator.id} ${subjectId}: ${sideText(before)} → ${sideText(after)}`,
    );
    expect(lines.sort()).toEqual(actual);
    expect(new Set(changes.map(({ indicator }) => indicator.id))).toEqual(new Set(['TY-01', 'TY-02', 'TY-03']));
    expect(changes.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['VANISHES', 'COLOUR', 'DATE']));
  });

  test('stays within what is asked for', async () => {
    expect((await predicted(world, 'LAW-1', { agency: 'south' })).changed).toBe(0);
    expect((await predicted(world, 'LAW-1', { from: '2020-01-01', to: '2020-02-01' })).changed).toBe(0);
    expect((await predicted(world, 'LAW-9')).__typename).toBe('RehearsalRefused');
  });
});
