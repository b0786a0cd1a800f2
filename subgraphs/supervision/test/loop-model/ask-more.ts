import { ask } from './ask.ts';
import type { Person } from './people.ts';
import { PEOPLE } from './people.ts';
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
