import type { RulesInForce, Transaction } from '@gnomon/subgraph-kit';
import { deriveWorld } from '../derive-world.ts';
import type { RecordState } from '../record-state.ts';
import { openRecords } from '../store/records.ts';
import type { IntakePorts } from '../take-rows.ts';
import { type MovedClock, movedClocks } from './moved-clocks.ts';

const BATCH = 500;

/** A subject whose deadline moves. */
export interface MovedSubject {
  readonly subject: { readonly type: string; readonly id: string; readonly agency: string };
  readonly clock: MovedClock;
}

/** Every running clock of an open record's subjects that another calendar moves, soonest first. Nothing is written. */
export async function movedOfRecords(
  asked: {
    readonly ports: IntakePorts;
    readonly read: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
    readonly now: number;
  },
  rules: { readonly before: RulesInForce; readonly after: RulesInForce },
): Promise<{ readonly subjects: number; readonly moved: readonly MovedSubject[] }> {
  const { ports, read, now } = asked;
  const moved: MovedSubject[] = [];
  let subjects = 0;
  for (let last: RecordState | null = null; ; ) {
    const after: RecordState | null = last;
    const states: readonly RecordState[] = await read((tx) => openRecords(tx, after, BATCH));
    for (const state of states) {
      const [old, next] = [derived(state, ports, rules.before), derived(state, ports, rules.after)];
      subjects += old.length;
      for (const { calendar, facts, ...subject } of old) {
        const other = next.find(({ kind, id }) => kind === subject.kind && id === subject.id);
        if (other === undefined) continue;
        for (const clock of movedClocks({ facts, calendar }, other, now)) moved.push({ subject, clock });
      }
    }
    if (states.length < BATCH) return { subjects, moved: moved.sort((a, b) => (soonest(a) < soonest(b) ? -1 : 1)) };
    last = states.at(-1)!;
  }
}

function derived(state: RecordState, { catalogue, reference, lists }: IntakePorts, rules: RulesInForce) {
  const record = catalogue.kind(state.kind).derive(state.document, state.id, deriveWorld(rules, reference, lists));
  return (record?.subjects ?? []).map(({ kind, id, type, facts, place }) => {
    const { agency, division } = place ?? record!.place;
    return { kind, id, type, facts, agency, calendar: rules.calendarFor(division) };
  });
}

const soonest = ({ clock: { fromAt, toAt } }: MovedSubject): number => Math.min(fromAt, toAt);
