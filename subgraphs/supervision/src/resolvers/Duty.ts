import { createPaging, requirePermission } from '@gnomon/subgraph-kit';
import type { Clock } from '@gnomon/working-time';
import type { QueryDutiesArgs } from '../../generated/resolvers.ts';
import type { Card } from '../card.ts';
import type { SupervisionContext } from '../context.ts';
import { cutDivision } from '../division-code.ts';
import { isJudged } from '../duties/card-facts.ts';
import { deadlinesOf, standingOf } from '../duties/deadlines.ts';
import { deskOf } from '../duties/judge.ts';
import { knownHistory } from '../duties/known-history.ts';
import { relapsesOf } from '../store/duties.ts';
import { type DutyKey, type DutyRow, owedDuties } from '../store/owed-duties.ts';

const dutyPaging = createPaging<DutyKey>('duties', ['number', 'string']);
const DEFAULT_SIZE = 50;

/** What supervision bodies owe now, within the viewer's scope. */
export async function duties(_root: unknown, args: QueryDutiesArgs, context: SupervisionContext) {
  requirePermission(context, 'READ_CARDS');
  const page = dutyPaging.request(args, DEFAULT_SIZE);
  const { kind = null, division = null, dueBefore = null } = args.filter ?? {};
  const filter = { kind, dueBefore, division: division === null ? null : cutDivision(division) };
  const rows = await context.ports.database.asViewer(context.scope, (tx) =>
    owedDuties(tx, context.scope, filter, page),
  );
  return dutyPaging.connection(
    rows.map((row) => ({ __typename: 'Duty', ...row })),
    page,
    ({ facts, id }) => [Number(facts.dueAt), id],
  );
}

/** The deadlines of a card, from the clocks by which it is judged; a snapshot of the feed is read as it stood then. */
export async function cardDeadlines(card: Card, _args: unknown, context: SupervisionContext) {
  const now = context.ports.time.now();
  const desk = deskOf(context.ports, now);
  if (desk === null || !isJudged(card)) return [];
  const events = (await context.load.history.load(card.id)).filter(({ sequence }) => sequence <= card.events);
  const relapses =
    card.state === 'CLOSED'
      ? await context.ports.database.asViewer(context.scope, (tx) => relapsesOf(tx, [card]))
      : new Map<string, number>();
  const relapsedAt = relapses.get(card.id) ?? null;
  const history = knownHistory(card, events, relapsedAt);
  return deadlinesOf(history, desk.rules.calendarFor(card.division), desk.limits, now);
}

type Reference = { readonly id: string } & Partial<DutyRow>;

/** A duty, from its row, or from its name alone where a card or warning is about it. */
export const dutyFields = {
  kind: withRow(({ facts }) => facts.about),
  body: withRow(({ agency }) => (agency === '' ? null : { __typename: 'Agency', uscc: agency })),
  division: withRow(({ division }) => ({ __typename: 'Division', code: division })),
  card: withRow(({ facts }, { load }) => (typeof facts.card === 'string' ? load.card.load(facts.card) : null)),
  dueAt: withRow(({ facts }) => facts.dueAt ?? null),
  isProvisional: withRow(({ facts }) => clockIn(facts)?.provisional ?? false),
  state: withRow(({ facts, division }, { ports }) => {
    const clock = clockIn(facts);
    if (clock === undefined) return null;
    const calendar = ports.rules.current().calendarFor(division);
    return standingOf(calendar, clock, ports.time.now()).state;
  }),
};

/** The clock of a duty, in working days or working hours. */
function clockIn({ clock, hours }: DutyRow['facts']): Clock | undefined {
  return (clock ?? hours) as Clock | undefined;
}

/** An agency's indicator is named by both. */
export const agencyIndicatorFields = {
  agency: ({ id }: Reference) => ({ __typename: 'Agency', uscc: id.slice(0, id.indexOf(':')) }),
  indicator: ({ id }: Reference) => ({ __typename: 'Indicator', id: id.slice(id.indexOf(':') + 1) }),
};

function withRow(field: (row: DutyRow, context: SupervisionContext) => unknown) {
  return async (reference: Reference, _args: unknown, context: SupervisionContext) => {
    requirePermission(context, 'READ_CARDS');
    const { facts, agency, division } = reference;
    if (facts !== undefined && agency !== undefined && division !== undefined)
      return field({ id: reference.id, facts, agency, division }, context);
    const row = await context.load.duty.load(reference.id);
    return row === null ? null : field(row, context);
  };
}
