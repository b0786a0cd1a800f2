import { REFERENCE_STREAM, type ReferenceAgency } from '@gnomon/reference';
import { lockPosition, writePosition } from '@gnomon/store';
import {
  type BackgroundPart,
  claimDueSubjects,
  clearFaults,
  createRounds,
  followRules,
  type Ports,
  type RulesInForce,
  rearmSubjects,
  type SubjectRow,
} from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import { lockLedger } from '../store/book.ts';
import { armedCards, cardsById, faultDuty, firstDueAt, keepBodies } from '../store/duties.ts';
import { cardArrivals, deskOf } from './judge.ts';
import { DUTY_TABLE, judgedOf } from './judged.ts';

/** Subjects of one transaction: the ledger's lock is held for so long. */
const BATCH = 100;
/** How often deadlines are looked for. */
const LOOK_MS = 300;
const FOLLOWER = 'supervision bodies';

/**
 * Time passes for the deadlines of the loop. Each step holds the ledger's lock, as acts do: what was done before an instant is in the ledger
 * when the instant's deadlines are judged, so that a timer never runs ahead of an act, and one that runs late judges the same.
 */
export function dutyParts(ports: Ports): readonly BackgroundPart[] {
  let followed: RulesInForce | null = null;
  const settle = async (): Promise<boolean> => {
    const taken = await takeBodies(ports);
    const inForce = ports.rules.current();
    if (inForce !== followed) await followCalendar(ports, inForce);
    followed = inForce;
    return (await passTime(ports)) > 0 || taken > 0;
  };
  return [createRounds('deadlines', LOOK_MS, settle)];
}

/** Judges what is due, one batch; the number judged. */
export async function passTime(ports: Ports): Promise<number> {
  const { database, time } = ports;
  const first = await database.transaction((tx) => firstDueAt(tx));
  if (first === null || first > time.now()) return 0;
  try {
    return await passTogether(ports, BATCH);
  } catch (err) {
    ports.log.error({ err }, 'due deadlines could not be judged together; each is judged by itself');
    return passOneByOne(ports);
  }
}

function passTogether({ database, ...ports }: Ports, limit: number): Promise<number> {
  return database.transaction(async (tx) => {
    await lockLedger(tx);
    const now = ports.time.now();
    const due = await claimDueSubjects(tx, DUTY_TABLE, now, limit);
    await judgeAgain({ database, ...ports }, tx, due, now);
    return due.length;
  });
}

/** Judges due deadlines one by one; one that cannot be judged rests with its reason, so that it holds nobody up. */
async function passOneByOne(ports: Ports): Promise<number> {
  const { database, time, log } = ports;
  let count = 0;
  for (; count < BATCH; count += 1) {
    const [row] = await database.transaction((tx) => claimDueSubjects(tx, DUTY_TABLE, time.now(), 1));
    if (row === undefined) break;
    try {
      await passTogether(ports, 1);
    } catch (err) {
      log.error(
        { err, kind: row.kind, subject: row.id },
        'a deadline could not be judged; it rests until something is done',
      );
      await database.transaction((tx) => faultDuty(tx, row, err instanceof Error ? err.message : String(err)));
    }
  }
  return count;
}

/** The same facts at a later instant: every turn until then is judged at its own instant first. */
async function judgeAgain(ports: Ports, tx: TransactionSql, due: readonly SubjectRow[], now: number): Promise<void> {
  if (due.length === 0) return;
  await judgedOf(ports).take(
    tx,
    due.map(({ standing: _standing, dueAt: _dueAt, fault: _fault, facts, ...place }) => ({
      ...place,
      arrival: { facts, at: now },
    })),
  );
}

/**
 * Under another calendar or other limits the clocks of the cards and of the duties about them are opened again: a notice of holidays moves what
 * was provisional. Cards for the time before are not made: the verdicts are dated from now on. Duties of reports and talks keep their clocks.
 */
async function followCalendar(ports: Ports, inForce: RulesInForce): Promise<void> {
  const { database, time } = ports;
  if (deskOf(ports, 0) === null) return;
  await followRules(database, DUTY_TABLE, inForce, async (tx) => {
    await lockLedger(tx);
    const now = time.now();
    const desk = deskOf(ports, now);
    if (desk === null) return;
    // Everything is judged once under the rules in force, from the instant at which they came into force.
    await rearmSubjects(tx, DUTY_TABLE, Math.min(now, inForce.since ?? Infinity));
    await clearFaults(tx, DUTY_TABLE);
    for (let after = ''; ; ) {
      const ids = await armedCards(tx, after, BATCH);
      const last = ids.at(-1);
      if (last === undefined) return;
      await judgedOf(ports).take(tx, await cardArrivals(tx, desk, await cardsById(tx, ids)));
      after = last;
    }
  });
}

/** Takes which agencies are supervision bodies from what the registry published; the number of entries read. */
async function takeBodies({ database, feed }: Pick<Ports, 'database' | 'feed'>): Promise<number> {
  return database.transaction(async (tx) => {
    const from = await lockPosition(tx, FOLLOWER, REFERENCE_STREAM);
    const entries = await feed.read(REFERENCE_STREAM, from, 500, tx);
    const last = entries.at(-1);
    if (last === undefined) return 0;
    const agencies = entries.filter(({ type }) => type === 'agency').map(({ payload }) => payload as ReferenceAgency);
    const bodies = new Map(
      agencies.map(({ uscc, division, duty, to }) => [
        uscc,
        { uscc, division, supervises: duty !== 'IMPLEMENTING' && to === null },
      ]),
    );
    if (bodies.size > 0) await keepBodies(tx, [...bodies.values()]);
    await writePosition(tx, { follower: FOLLOWER, stream: REFERENCE_STREAM, cursor: last.cursor });
    return entries.length;
  });
}
