import { expect, test } from 'vitest';
import type { Milestone } from '../src/index.ts';
import { openParcels, parcel, row } from './parcels.ts';
import type { RecordTestWorld } from './world.ts';

/*
 * Law 3: an import of history tells what was told live, however its rows are cut, doubled and shuffled within a body.
 */
const START = Date.parse('2024-10-14T08:00:00+08:00');
const HOUR_MS = 3_600_000;
type Row = Record<string, unknown>;
interface Coming {
  readonly at: number;
  readonly rows: readonly Row[];
  readonly milestones: readonly Milestone[];
}

function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const text = (at: number): string => new Date(at + 8 * HOUR_MS).toISOString().slice(0, 19).replace('T', ' ');

/** Three weeks of two sources: parcels that are delivered, lost, scanned, corrected and deleted; a list that changes; claims. */
function season(seed: number): readonly Coming[] {
  const random = createRandom(seed);
  const coming: { at: number; rows: Row[]; milestones: Milestone[] }[] = [];
  const come = (at: number): { at: number; rows: Row[]; milestones: Milestone[] } => {
    const one = { at, rows: [] as Row[], milestones: [] as Milestone[] };
    coming.push(one);
    return one;
  };
  come(START).rows.push(row('depot_hours', { depot: 'north', hours: '48', row_guid: 'h', cd_time: text(START) }));
  come(START + 200 * HOUR_MS).rows.push(
    row('depot_hours', {
      depot: 'north',
      hours: '30',
      row_guid: 'h',
      cd_operation: 'U',
      cd_time: text(START + 200 * HOUR_MS),
    }),
  );
  for (let no = 0; no < 20; no += 1) {
    const source = random(2) === 0 ? 'own' : 'late';
    const sentAt = START + random(400) * HOUR_MS + random(3_600_000);
    const delay = source === 'own' ? 1_000 : random(12) * HOUR_MS;
    const base = {
      data_source: source,
      sent_at: text(sentAt),
      depot: random(3) === 0 ? 'south' : 'north',
      batch_no: `B${random(4)}`,
    };
    come(sentAt + delay).rows.push(parcel(`n${no}`, { ...base, cd_time: text(sentAt) }));
    const endAt = sentAt + (5 + random(90)) * HOUR_MS;
    const isLost = random(4) === 0;
    const end = isLost ? { state: '3' } : { state: '2', delivered_at: text(endAt) };
    come(endAt + delay).rows.push(
      parcel(`n${no}`, { ...base, ...end, batch_no: `B${random(4)}`, cd_operation: 'U', cd_time: text(endAt) }),
    );
    if (random(3) === 0)
      come(sentAt + HOUR_MS + delay).rows.push(
        row('scan', {
          ...{ data_source: source, parcel_no: `n${no}`, row_guid: `s-${no}`, cd_time: text(sentAt + HOUR_MS) },
          ...{ scanned_at: text(sentAt + HOUR_MS), damaged: random(2) === 0 ? 'yes' : '' },
        }),
      );
    if (random(8) === 0)
      come(endAt + 2 * HOUR_MS + delay).rows.push(
        parcel(`n${no}`, { ...base, ...end, cd_operation: 'D', cd_time: text(endAt + 2 * HOUR_MS) }),
      );
    if (random(4) === 0) {
      const at = sentAt + 3 * HOUR_MS + 17;
      const claim = {
        kind: 'claim',
        id: `${source}:n${no}`,
        at,
        n: 1,
        source,
        agency: 'north',
        division: '15',
        item: null,
      };
      come(at).milestones.push({ ...claim, facts: { serious: random(2) === 0, claimedAt: at } });
    }
  }
  return coming.sort((a, b) => a.at - b.at);
}

const END = START + 60 * 24 * HOUR_MS;
const iso = (at: number): string => new Date(at).toISOString();

async function live(world: RecordTestWorld, coming: readonly Coming[]): Promise<void> {
  for (const { at, rows, milestones } of coming) {
    await world.goTo(at);
    if (milestones.length > 0) await world.milestones('claims milestones', milestones);
    if (milestones.length > 0) await world.goTo(at);
    if (rows.length > 0) await world.push(rows);
  }
  await world.goTo(END);
}

async function replay(
  world: RecordTestWorld,
  coming: readonly Coming[],
  bodies: number,
  random: (below: number) => number,
) {
  world.time.set(END);
  await world.history([], { more: '1', from: iso(START - 1) });
  for (const { milestones } of coming)
    if (milestones.length > 0) await world.milestones('claims milestones', milestones);
  const size = Math.ceil(coming.length / bodies);
  for (let body = 0; body < bodies; body += 1) {
    const part = coming.slice(body * size, (body + 1) * size);
    const rows = part.flatMap(({ at, rows }) => rows.map((one) => ({ ...one, received_at: iso(at) })));
    const doubled = [...rows, ...rows.filter(() => random(3) === 0)].map((one) => ({ one, order: random(1_000_000) }));
    const shuffled = doubled.sort((a, b) => a.order - b.order).map(({ one }) => one);
    const last = body === bodies - 1;
    const answer = await world.history(shuffled, { firstChunk: String(body), ...(last ? {} : { more: '1' }) });
    expect(answer.status).toBe(200);
    if (random(2) === 0) await world.hosted.settle();
  }
  await world.goTo(END);
}

/** What was told, by subject: each subject's own order is part of it. */
async function toldBy(world: RecordTestWorld): Promise<readonly string[]> {
  const signals = await world.signals();
  return signals
    .map(({ id, n, rule, kind, level, subject, turnedAt, knownAt, receipt }) =>
      [subject, String(n).padStart(4, '0'), rule, kind, level, turnedAt, knownAt, id, JSON.stringify(receipt)].join(
        ' ',
      ),
    )
    .sort();
}
const milestonesOf = async (world: RecordTestWorld) => (await world.told()).map((one) => JSON.stringify(one)).sort();

test.each([2, 3])(
  'a history that is cut, doubled and shuffled tells what was told live (season %i)',
  { timeout: 240_000 },
  async (seed) => {
    const coming = season(seed);
    const worlds = await Promise.all([openParcels(iso(START - 1)), openParcels(iso(START - 1))]);
    const [first, second] = worlds as [RecordTestWorld, RecordTestWorld];
    try {
      await live(first, coming);
      await replay(second, coming, 1 + seed * 2, createRandom(seed + 100));
      const signals = await toldBy(first);
      expect(signals.length).toBeGreaterThan(30);
      expect(await toldBy(second)).toEqual(signals);
      expect(await milestonesOf(second)).toEqual(await milestonesOf(first));
    } finally {
      await Promise.all(worlds.map((world) => world.close()));
    }
  },
);
