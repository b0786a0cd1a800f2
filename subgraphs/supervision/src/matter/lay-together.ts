import { basicItemCode } from '@gnomon/reference';
import { dayOf, startOfDay } from '@gnomon/working-time';
import type { TransactionSql } from 'postgres';
import {
  itemsOf,
  type KeptRecord,
  placesOf,
  recordsOf,
  removeRecords,
  ticketsOf,
  writeRecords,
} from '../store/matter-records.ts';
import type { Milestone } from './milestone.ts';
import { matterId, mattersOf } from './placement.ts';
import { instantOf, type MatterRecord, textOf } from './record.ts';

/** One step of a matter: its records right after a milestone. */
export interface MatterStep {
  readonly matter: string;
  readonly records: readonly MatterRecord[];
  /** Instant of the milestone that brought it about. */
  readonly at: number;
}

/**
 * Lays milestones, given in the order of their arrival, under the matters of which they speak, and keeps the result. Gives each matter's
 * steps in order: one for each milestone that changed it.
 */
export async function layTogether(
  tx: TransactionSql,
  milestones: readonly Milestone[],
): Promise<readonly MatterStep[]> {
  const desk = await openDesk(tx, milestones);
  const steps = milestones.flatMap((milestone) => desk.lay(milestone));
  await desk.keep();
  return steps;
}

type Records = Map<string, MatterRecord>;

async function openDesk(tx: TransactionSql, milestones: readonly Milestone[]) {
  const places = new Map<string, Map<string, number>>();
  for (const { kind, id, matter, n } of await placesOf(tx, distinct(milestones)))
    placesFor(places, kind, id).set(matter, n);
  const links = await openLinks(tx, milestones);
  const wanted = new Set(links.matters);
  for (const milestone of milestones) for (const matter of mattersOf(milestone)) wanted.add(matter);
  for (const under of places.values()) for (const matter of under.keys()) wanted.add(matter);
  const matters = new Map<string, Records>([...wanted].map((matter) => [matter, new Map()]));
  for (const { matter, ...record } of await recordsOf(tx, [...wanted])) matters.get(matter)!.set(keyOf(record), record);
  const changed = new Map<string, KeptRecord>();
  const removed = new Map<string, { matter: string; kind: string; id: string }>();

  const put = (matter: string, record: MatterRecord): MatterStep => {
    const records = matters.get(matter)!;
    const place = `${matter}\n${keyOf(record)}`;
    records.set(keyOf(record), record);
    changed.set(place, { ...record, matter });
    removed.delete(place);
    placesFor(places, record.kind, record.id).set(matter, record.n);
    return { matter, records: [...records.values()], at: record.at };
  };

  return {
    lay(milestone: Milestone): readonly MatterStep[] {
      const { kind, id, n } = milestone;
      const known = placesFor(places, kind, id);
      if (Math.max(0, ...known.values()) >= n) return [];
      const firstAt = firstOf(matters, known, keyOf(milestone)) ?? milestone.at;
      const record: MatterRecord = { ...milestone, firstAt };
      const targets = new Set([...mattersOf(milestone), ...links.ticketMattersOf(milestone)]);
      // A work item laid beside a ticket stays there: what the ticket found by then is part of its history.
      for (const matter of known.keys())
        if (kind === 'work-item' && matter.startsWith('queue-ticket:')) targets.add(matter);
      const steps = [...targets].map((matter) => put(matter, record));
      for (const matter of [...known.keys()].filter((one) => !targets.has(one))) {
        matters.get(matter)!.delete(keyOf(record));
        changed.delete(`${matter}\n${keyOf(record)}`);
        removed.set(`${matter}\n${keyOf(record)}`, { matter, kind, id });
        known.delete(matter);
        steps.push({ matter, records: [...matters.get(matter)!.values()], at: milestone.at });
      }
      if (kind === 'queue-ticket')
        for (const item of links.itemsOf(milestone)) steps.push(put(matterId('queue-ticket', id), item));
      links.note(record);
      return steps;
    },
    async keep(): Promise<void> {
      await removeRecords(tx, [...removed.values()]);
      await writeRecords(tx, [...changed.values()]);
    },
  };
}

/** Hall tickets and the work items that they led to: named, or of the same applicant and item on the ticket's day or later. */
async function openLinks(tx: TransactionSql, milestones: readonly Milestone[]) {
  const items = milestones.filter(({ kind }) => kind === 'work-item');
  const tickets = milestones.filter(({ kind }) => kind === 'queue-ticket');
  const knownTickets = await ticketsOf(
    tx,
    items.map(({ id }) => id),
    texts(items, 'applicantKey'),
  );
  const matters = [
    ...knownTickets.map(({ matter }) => matter),
    ...tickets.map(({ id }) => matterId('queue-ticket', id)),
  ];
  const candidates = new Map<string, MatterRecord>(
    (await itemsOf(tx, texts(tickets, 'workItem'), texts(tickets, 'applicantKey'))).map(
      ({ matter: _matter, applicant: _applicant, ...record }) => [record.id, record],
    ),
  );
  const known = (await recordsOf(tx, [...new Set(knownTickets.map(({ matter }) => matter))])).filter(
    ({ kind }) => kind === 'queue-ticket',
  );
  const open = new Map<string, Milestone>(known.map((ticket) => [ticket.id, ticket]));
  return {
    matters,
    ticketMattersOf(milestone: Milestone): readonly string[] {
      if (milestone.kind !== 'work-item') return [];
      return [...open.values()]
        .filter((ticket) => isAnswer(ticket, milestone))
        .map(({ id }) => matterId('queue-ticket', id));
    },
    itemsOf: (ticket: Milestone): readonly MatterRecord[] =>
      [...candidates.values()].filter((item) => isAnswer(ticket, item)),
    note(record: MatterRecord): void {
      if (record.kind === 'work-item') candidates.set(record.id, record);
      if (record.kind === 'queue-ticket') open.set(record.id, record);
    },
  };
}

function isAnswer(ticket: Milestone, item: Milestone): boolean {
  if (textOf(ticket, 'workItem') !== null) return textOf(ticket, 'workItem') === item.id;
  const applicant = textOf(ticket, 'applicantKey');
  const servedAt = instantOf(ticket, 'servedAt');
  const code = textOf(ticket, 'item') ?? ticket.item;
  if (applicant === null || servedAt === null || code === null || item.item === null) return false;
  if (textOf(item, 'applicantKey') !== applicant || basicItemCode(item.item) !== basicItemCode(code)) return false;
  const began = instantOf(item, 'acceptedAt') ?? instantOf(item, 'receivedAt') ?? item.at;
  return began >= startOfDay(dayOf(servedAt));
}

function placesFor(places: Map<string, Map<string, number>>, kind: string, id: string): Map<string, number> {
  const key = keyOf({ kind, id });
  const found = places.get(key) ?? new Map<string, number>();
  places.set(key, found);
  return found;
}

function firstOf(
  matters: ReadonlyMap<string, Records>,
  known: ReadonlyMap<string, number>,
  key: string,
): number | undefined {
  for (const matter of known.keys()) {
    const record = matters.get(matter)?.get(key);
    if (record !== undefined) return record.firstAt;
  }
  return undefined;
}

function keyOf({ kind, id }: { readonly kind: string; readonly id: string }): string {
  return `${kind}\n${id}`;
}

function distinct(milestones: readonly Milestone[]): readonly { readonly kind: string; readonly id: string }[] {
  return [...new Map(milestones.map(({ kind, id }) => [keyOf({ kind, id }), { kind, id }])).values()];
}

function texts(milestones: readonly Milestone[], name: string): readonly string[] {
  return [...new Set(milestones.map((one) => textOf(one, name)).filter((value) => value !== null))];
}
