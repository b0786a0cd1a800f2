import { createPaging, type PageArguments, requirePermission } from '@gnomon/subgraph-kit';
import { type SupervisionContext, subjectKey } from '../context.ts';
import { cards, warnings } from '../store/columns.ts';
import type { PageKey } from '../store/pages.ts';
import { SUBJECT_TYPES, type SubjectType } from '../subject-types.ts';
import { agencyIndicatorFields, dutyFields } from './Duty.ts';
import { matterFields } from './Matter.ts';
import { indicator, receipt } from './references.ts';

const DEFAULT_SIZE = 20;

/** Cursors of cards are the same wherever cards are listed. */
export const cardPaging = createPaging<PageKey>('cards', ['number', 'string']);
export const warningPaging = createPaging<PageKey>('warnings', ['number', 'string']);
export const signalPaging = createPaging<PageKey>('signals', ['number', 'string']);

/** The key of a row in the order of its connection. */
export function pageKey(row: { readonly turnedAt: number; readonly id: string }): PageKey {
  return [row.turnedAt, row.id];
}

type Reference = { readonly id: string };
type PageArgs = PageArguments & {
  readonly state?: readonly string[] | null;
  readonly level?: readonly string[] | null;
};

/** What a type has beside what every subject has. */
const OWN_FIELDS: Readonly<Partial<Record<SubjectType, object>>> = {
  Matter: matterFields,
  Duty: dutyFields,
  AgencyIndicator: agencyIndicatorFields,
};

/** Resolvers of every type that can be supervised: one shape, so that a new domain adds a line to `SUBJECT_TYPES`. */
export const subjectResolvers = Object.fromEntries(
  SUBJECT_TYPES.map((type) => [type, { ...subjectOf(type), ...OWN_FIELDS[type] }]),
);

/** What the interface needs: our references carry their type. */
export const Subject = { __resolveType: ({ __typename }: { readonly __typename: string }) => __typename };

/** A verdict that stands on a subject. */
export const Verdict = { indicator, receipt };

function subjectOf(subjectType: SubjectType) {
  return {
    /** The subject's own data belong to its domain; here it is a name to which cards are tied. */
    __resolveReference: ({ id }: Reference) => ({ __typename: subjectType, id }),
    async warnings({ id }: Reference, args: PageArgs, context: SupervisionContext) {
      requirePermission(context, 'READ_CARDS');
      const page = warningPaging.request(args, DEFAULT_SIZE);
      const filter = { state: args.state ?? null };
      const rows = await context.load.subjectPage({
        table: warnings,
        subject: { subjectType, subject: id },
        filter,
        page,
      });
      return warningPaging.connection(rows, page, pageKey);
    },
    async cards({ id }: Reference, args: PageArgs, context: SupervisionContext) {
      requirePermission(context, 'READ_CARDS');
      const page = cardPaging.request(args, DEFAULT_SIZE);
      const filter = { state: args.state ?? null, level: args.level ?? null };
      const rows = await context.load.subjectPage({
        table: cards,
        subject: { subjectType, subject: id },
        filter,
        page,
      });
      return cardPaging.connection(rows, page, pageKey);
    },
    verdicts({ id }: Reference, _args: unknown, context: SupervisionContext) {
      requirePermission(context, 'READ_CARDS');
      return context.load.verdicts.load(subjectKey({ subjectType, subject: id }));
    },
  };
}
