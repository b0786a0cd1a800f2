import { produceDue } from '../../src/reports/produce.ts';
import { ask } from './ask.ts';
import type { Person } from './people.ts';
import { PEOPLE } from './people.ts';
import type { MadeReport } from './reports.ts';
import type { LoopWorld } from './world.ts';

/* Requests beside those on a card: a card by hand, outages, and the names of what the database has. */

/** Issues a card by hand. */
export function issueCard(
  world: LoopWorld,
  person: Person,
  of: {
    readonly subject: string;
    readonly level: string;
    readonly isBad: boolean;
    readonly agency: string;
    readonly division: string;
  },
): Promise<string> {
  const { subject, level, isBad, agency, division } = of;
  return ask(world, person, 'issueCard', {
    ...{ subjectType: 'WorkItem', subjectId: subject, indicator: 'WI-03', level, agency, division },
    ...{
      messageZh: isBad ? '' : '抽查发现超期未办',
      messageEn: 'a spot check found it overdue',
      reason: '现场抽查发现',
    },
  });
}

/** Declares an outage of the platform or of a source for the division of whoever declares it. */
export function declareOutage(
  world: LoopWorld,
  person: Person,
  { from, to, source }: { readonly from: number; readonly to: number | null; readonly source: string | null },
): Promise<string> {
  return ask(world, person, 'declareOutage', {
    ...{
      kind: source === null ? 'PLATFORM' : 'SOURCE',
      source,
      division: PEOPLE[person]?.division ?? '15',
      document: '内政办函〔2026〕7号',
    },
    ...{ from: new Date(from).toISOString(), to: to === null ? null : new Date(to).toISOString() },
    ...{ reasonZh: '平台机房停电检修', reasonEn: 'the power of the platform was off' },
  });
}

/** The warning about a subject that stands, or else one that ended; `null` when there was none. */
export async function warningOf(world: LoopWorld, subject: string): Promise<string | null> {
  const [row] = await world.ports().database.sql<{ id: string }[]>`
    select id from warning where subject = ${subject} and occurrence = '' order by (state = 'ISSUED') desc, id limit 1`;
  return row?.id ?? null;
}

/** The outage that was declared last. */
export async function outageOf(world: LoopWorld): Promise<string | null> {
  const [row] = await world.ports().database.sql<{ id: string }[]>`
    select id from outage order by declared_at desc, from_at desc limit 1`;
  return row?.id ?? null;
}

/** Makes the reports of the periods that have ended, and tells which there are now that were not there before. */
export async function makeReports(world: LoopWorld): Promise<readonly MadeReport[]> {
  const { sql } = world.ports().database;
  const known = new Set((await sql<{ id: string }[]>`select id from feedback_report`).map(({ id }) => id));
  await produceDue(world.ports(), ['work-items', 'loop']);
  const rows = await sql<Row[]>`
    select id, agency, period, kind, division, ends_at as "endsAt", snapshot from feedback_report order by kind, id`;
  return rows
    .filter(({ id }) => !known.has(id))
    .map(({ id, agency, period, kind, division, endsAt, snapshot }) => {
      const { figures } = JSON.parse(snapshot) as { figures: { cards: { counted: { red: number } } } };
      const parts = { id, agency, period, isQuarter: kind === 'QUARTER', endsAt: Number(endsAt) };
      return { ...parts, reds: figures.cards.counted.red, body: TIER_OF_LENGTH[division.length]! };
    });
}

interface Row extends Pick<MadeReport, 'id' | 'agency' | 'period' | 'endsAt'> {
  readonly kind: string;
  readonly division: string;
  readonly snapshot: string;
}
const TIER_OF_LENGTH: Readonly<Record<number, MadeReport['body']>> = { 2: 'REGION', 4: 'LEAGUE', 6: 'BANNER' };

/** Publishes a report. */
export function publishReport(world: LoopWorld, person: Person, reportId: string): Promise<string> {
  return ask(world, person, 'publishReport', { reportId }, 'ReportStepInput');
}

/** Puts on record that the leader was talked with, just now. */
export function recordTalk(world: LoopWorld, person: Person, reportId: string): Promise<string> {
  const heldAt = new Date(world.time.now()).toISOString();
  const minutes = { conclusion: '机构承诺限期整改', minutesName: '约谈记录', minutesSha256: 'c'.repeat(64) };
  return ask(world, person, 'recordTalk', { reportId, heldAt, ...minutes });
}
