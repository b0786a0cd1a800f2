import { tierOf } from '@gnomon/identity';
import { canonicalJson, sha256 } from '@gnomon/rule-engine';
import { readPosition } from '@gnomon/store';
import type { Ports } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import type { LoopPorts } from '../duties/judged.ts';
import { takeReportDuties } from '../duties/report-duty.ts';
import { laneOf } from '../lane.ts';
import { courseOf } from '../life/course.ts';
import { FINDER, MILESTONE_STREAMS } from '../matter/find.ts';
import { knownAgencies } from '../notices/store/recipients.ts';
import { followedStreams } from '../store/followed.ts';
import { historyHorizon } from '../store/matter-records.ts';
import { FOLLOWER } from '../take-over.ts';
import { takeTalks } from '../talk/talk.ts';
import { compare, type Peer } from './compare.ts';
import { type Figures, figuresOf, type ReportedCard } from './figures.ts';
import { lastEnded, type Period, periodBefore, REPORT_KINDS, reportInstants } from './period.ts';
import {
  differences,
  REPORT_FORMAT,
  type Report,
  readSnapshot,
  reportId,
  ruleChanges,
  type Snapshot,
} from './report.ts';
import {
  beginRun,
  cardsOf,
  countItems,
  countWarnings,
  insertReports,
  overdueCards,
  repeatedCards,
  reportsOfPeriod,
  rulesOfRun,
} from './store.ts';

type ReportPorts = LoopPorts;

/**
 * Makes the reports of each period that has ended and whose rows must have come, once: month, quarter and year. One transaction a period.
 * Nothing is made while supervision has not taken over all that the domains told, or while a history import is open.
 * @param streams what supervision follows, for the as-of of each domain.
 * @returns how many periods were reported on.
 */
export async function produceDue(
  ports: ReportPorts & Pick<Ports, 'feed'>,
  streams: readonly string[],
): Promise<number> {
  const { database } = ports;
  const now = await database.transaction(async (tx) => Math.min(ports.time.now(), await historyHorizon(tx)));
  if (!Number.isFinite(now)) return 0;
  const { calendar } = ports.rules.current();
  const due: Period[] = [];
  for (const kind of REPORT_KINDS) {
    const open = await database.transaction((tx) => periodsSinceLastRun(tx, lastEnded(kind, now)));
    due.push(...open.filter((period) => reportInstants(calendar, period).madeAt <= now));
  }
  if (due.length === 0 || (await isBehind(ports, streams))) return 0;
  let made = 0;
  for (const period of due) made += Number(await database.transaction((tx) => produce(tx, ports, period, streams)));
  return made;
}

/** Periods that are made up for at once, after a hub that stood still. */
const MOST_MISSED = 24;

/** The periods up to this one that were not reported on, oldest first; where none ever was, this one alone. */
async function periodsSinceLastRun(tx: TransactionSql, last: Period): Promise<readonly Period[]> {
  const missed: Period[] = [];
  let period = last;
  while (missed.length < MOST_MISSED && (await rulesOfRun(tx, period)) === null) {
    missed.unshift(period);
    period = periodBefore(period);
  }
  return missed.length < MOST_MISSED ? missed : [last];
}

/** Whether something that the domains told is still to be taken over. */
async function isBehind(
  { database, feed }: Pick<Ports, 'database' | 'feed'>,
  streams: readonly string[],
): Promise<boolean> {
  const followed = [
    ...streams.map((stream) => [FOLLOWER, stream] as const),
    ...MILESTONE_STREAMS.map((stream) => [FINDER, stream] as const),
  ];
  for (const [follower, stream] of followed) {
    const position = await database.transaction((tx) => readPosition(tx, follower, stream));
    if ((await feed.read(stream, position, 1)).length > 0) return true;
  }
  return false;
}

/** Makes the reports of a period, unless they are made. */
export async function produce(
  tx: TransactionSql,
  ports: ReportPorts,
  period: Period,
  streams: readonly string[],
): Promise<boolean> {
  const { pack, calendar } = ports.rules.current();
  const rules = Object.fromEntries([...pack.rules.values()].map(({ id, version }) => [id, version]).sort());
  const madeAt = ports.time.now();
  if (!(await beginRun(tx, period, madeAt, rules))) return false;
  const before = periodBefore(period);
  const current = await readFigures(tx, period, madeAt);
  const earlier = await readFigures(tx, before, madeAt);
  const told = await reportsOfPeriod(tx, before);
  const changes = ruleChanges(await rulesOfRun(tx, before), rules);
  const followed = await followedStreams(tx);
  const asOf = Object.fromEntries(streams.map((name) => [name, instantOrNull(followed.get(name) ?? null)]));
  const known = await knownAgencies(tx, [...current.keys()]);
  const peer = (own: AgencyFigures) => peerOf(own, known.get(own.agency)?.department ?? '');
  const peers = [...current.values()].map(peer);
  const { dueAt } = reportInstants(calendar, period);
  const reports = [...current.values()].map((own): Report => {
    const last = told.get(own.agency);
    const snapshot: Snapshot = {
      format: REPORT_FORMAT,
      ...{ agency: own.agency, division: own.division, kind: period.kind, period: period.name },
      ...{ from: isoOf(period.startsAt), to: isoOf(period.endsAt), madeAt: isoOf(madeAt), asOf },
      figures: own.figures,
      comparisons: compare(peer(own), peers),
      ruleChanges: changes,
      corrections:
        last === undefined
          ? []
          : differences(
              before.name,
              readSnapshot(last).figures,
              earlier.get(own.agency)?.figures ?? figuresOf([], NOTHING, madeAt),
            ),
    };
    const text = canonicalJson(snapshot);
    return {
      ...{ lane: laneOf(own.agency), id: reportId(own.agency, period.name), kind: period.kind, period: period.name },
      ...{ agency: own.agency, division: own.division, startsAt: period.startsAt, endsAt: period.endsAt, dueAt },
      ...{ producedAt: madeAt, snapshot: text, hash: sha256(text), publishedAt: null, publishedBy: null },
      ...{ signature: null, confirmedAt: null, confirmedBy: null },
    };
  });
  await insertReports(tx, reports);
  await takeReportDuties(ports, tx, reports, madeAt);
  await takeTalks(ports, tx, reports, madeAt);
  return true;
}

/** An agency's numbers of a period. */
export interface AgencyFigures {
  readonly agency: string;
  readonly division: string;
  readonly figures: Figures;
}

const NOTHING = {
  ...{ accepted: 0, finished: 0, overPromise: 0, overStatutory: 0, openOverdue: 0 },
  ...{ warningsIssued: 0, warningsResolved: 0, warningsTurned: 0 },
};

/** The numbers of every agency of which anything is known in the period, from the ledger and the milestones as they are now. */
export async function readFigures(
  tx: TransactionSql,
  period: Pick<Period, 'startsAt' | 'endsAt'>,
  madeAt: number,
): Promise<ReadonlyMap<string, AgencyFigures>> {
  const found = await cardsOf(tx, period);
  const overdue = await overdueCards(
    tx,
    found.map(({ card }) => card.id),
  );
  const repeated = await repeatedCards(tx, period);
  const cards = Map.groupBy(found, ({ card }) => card.agency);
  const items = new Map((await countItems(tx, period)).map((row) => [row.agency, row]));
  const warnings = new Map((await countWarnings(tx, period)).map((row) => [row.agency, row]));
  const agencies = [...new Set([...cards.keys(), ...items.keys(), ...warnings.keys()])]
    .filter((one) => one !== '')
    .sort();
  return new Map(
    agencies.map((agency) => {
      const own = cards.get(agency) ?? [];
      const item = items.get(agency);
      const warned = warnings.get(agency);
      const counted = {
        ...NOTHING,
        ...(item === undefined ? {} : countsOf(item)),
        warningsIssued: warned?.issued ?? 0,
        warningsResolved: warned?.resolved ?? 0,
        warningsTurned: warned?.turned ?? 0,
      };
      const reported = own.map(
        ({ card, events }): ReportedCard => ({
          ...{ id: card.id, number: card.number, rule: card.rule, level: card.level, state: card.state },
          ...{ issuedAt: card.issuedAt!, course: courseOf(events), overdue: overdue.has(card.id) },
          repeated: repeated.has(card.id),
        }),
      );
      const division = own[0]?.card.division ?? item?.division ?? warned?.division ?? '';
      return [agency, { agency, division, figures: figuresOf(reported, counted, madeAt) }];
    }),
  );
}

function countsOf(item: {
  readonly accepted: number;
  readonly finished: number;
  readonly overPromise: number;
  readonly overStatutory: number;
  readonly openOverdue: number;
}) {
  const { accepted, finished, overPromise, overStatutory, openOverdue } = item;
  return { accepted, finished, overPromise, overStatutory, openOverdue };
}

function peerOf({ agency, division, figures }: AgencyFigures, department: string): Peer {
  const { workItems, cards } = figures;
  return {
    ...{ agency, tier: tierOf(division), department, accepted: workItems.accepted },
    ...{ due: workItems.onTime.whole, onTime: workItems.onTime.part, cards: cards.issued },
  };
}

const isoOf = (instant: number): string => new Date(instant).toISOString();
const instantOrNull = (instant: number | null): string | null => (instant === null ? null : isoOf(instant));
