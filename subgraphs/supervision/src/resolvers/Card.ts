import { requirePermission } from '@gnomon/subgraph-kit';
import { loadCard } from '../acts/lookups.ts';
import type { Card as CardRow } from '../card.ts';
import type { SupervisionContext } from '../context.ts';
import type { FieldsOf } from './fields-of.ts';
import { references } from './references.ts';

/** A card, from its row or from the snapshot in the feed. */
export const Card = {
  ...references,
  supersedes: ({ supersedes }: CardRow, _args: unknown, { load }: SupervisionContext) =>
    supersedes === null ? null : load.card.load(supersedes),
  supersededBy: ({ supersededBy }: CardRow, _args: unknown, { load }: SupervisionContext) =>
    supersededBy === null ? null : load.card.load(supersededBy),
  signal: ({ signal }: CardRow, _args: unknown, { load }: SupervisionContext) => load.signal.load(signal),
  history: ({ id }: CardRow, _args: unknown, { load }: SupervisionContext) => load.history.load(id),
  __resolveReference: ({ id }: { readonly id: string }, context: SupervisionContext) => {
    requirePermission(context, 'READ_CARDS');
    return loadCard(context, id);
  },
} satisfies FieldsOf<'Card'>;

/** An entry of a card's history. */
export const CardEvent = {
  signal: ({ signal }: { readonly signal: string | null }, _args: unknown, { load }: SupervisionContext) =>
    signal === null ? null : load.signal.load(signal),
} satisfies FieldsOf<'CardEvent'>;
