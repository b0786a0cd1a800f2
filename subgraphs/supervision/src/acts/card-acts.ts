import { appendToOutbox } from '@gnomon/store';
import type { HubAct } from '@gnomon/subgraph-kit';
import { ACT_ENTRY_TYPE, ACT_STREAM, type ActPayload } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import type { CardEvent } from '../card.ts';
import { ACT_KINDS } from '../words.ts';

/** Entries of a card's history that are acts of somebody, or of the hub against a card; the others follow from a domain's signal. */
const RECORDED = new Set<string>([...ACT_KINDS, 'WITHDRAWN', 'REINSTATED']);

/** Puts what was done with cards on record: which entry of which card's history, and its hash. The history itself has the rest. */
export async function recordCardActs(tx: TransactionSql, events: readonly CardEvent[]): Promise<void> {
  const acts = events.filter(({ kind }) => RECORDED.has(kind)).map(payloadOf);
  await appendToOutbox(
    tx,
    acts.map((payload) => ({
      stream: ACT_STREAM,
      type: ACT_ENTRY_TYPE,
      key: payload.about ?? payload.kind,
      at: Date.parse(payload.at),
      payload,
    })),
  );
}

function payloadOf({ card, sequence, kind, at, by, hash }: CardEvent): ActPayload {
  const detail: NonNullable<HubAct['detail']> = { act: kind, event: sequence, hash };
  return {
    kind: 'CARD_ACT',
    at: new Date(at).toISOString(),
    by,
    role: null,
    tier: null,
    division: null,
    about: card,
    detail,
  };
}
