import { createPaging, requirePermission } from '@gnomon/subgraph-kit';
import type {
  MutationConfirmReportArgs,
  MutationDecideCommendationArgs,
  MutationProposeCommendationArgs,
  MutationPublishReportArgs,
  QueryCommendationEligibilityArgs,
  QueryFeedbackReportArgs,
  QueryFeedbackReportsArgs,
} from '../../generated/resolvers.ts';
import type { SupervisionContext } from '../context.ts';
import { cutDivision } from '../division-code.ts';
import { decideCommendation, proposeCommendation } from '../reports/commend.ts';
import {
  type Commendation as CommendationRow,
  commendationsById,
  readCommendations,
} from '../reports/commendation-store.ts';
import { type Eligibility, eligibilityOf } from '../reports/eligibility.ts';
import { readPeriod } from '../reports/period.ts';
import { confirmReport, publishReport } from '../reports/publish.ts';
import { type Report, readSnapshot } from '../reports/report.ts';
import { readReports, reportsOfPeriod } from '../reports/store.ts';
import { reportText } from '../reports/text.ts';
import { isStorable } from '../store/conditions.ts';
import type { PageKey } from '../store/pages.ts';
import type { FieldsOf } from './fields-of.ts';

const paging = createPaging<PageKey>('FeedbackReport', ['number', 'string']);

const keyOf = ({ endsAt, id }: Report): PageKey => [endsAt, id];

type Owned = Pick<Report, 'agency' | 'division'>;
const owned = {
  agency: ({ agency }: Owned) => ({ __typename: 'Agency', uscc: agency }),
  division: ({ division }: Owned) => ({ __typename: 'Division', code: division }),
};

/** A feedback report, from its row. */
export const FeedbackReport = {
  ...owned,
  state: ({ publishedAt, confirmedAt }: Report) =>
    confirmedAt !== null ? 'CONFIRMED' : publishedAt !== null ? 'PUBLISHED' : 'MADE',
  json: ({ snapshot }: Report) => snapshot,
  text: (report: Report) => reportText(readSnapshot(report)),
  figures: (report: Report) => readSnapshot(report).figures,
  asOf: (report: Report) => readSnapshot(report).asOf,
  comparisons: (report: Report) => readSnapshot(report).comparisons,
  ruleChanges: (report: Report) => readSnapshot(report).ruleChanges,
  corrections: (report: Report) => readSnapshot(report).corrections,
  __resolveReference: ({ id }: { readonly id: string }, context: SupervisionContext) => reportById(id, context),
} satisfies FieldsOf<'FeedbackReport'>;

/** A commendation, from its row. */
export const Commendation = {
  ...owned,
  __resolveReference: async ({ id }: { readonly id: string }, context: SupervisionContext) => {
    requirePermission(context, 'READ_CARDS');
    const found = await context.ports.database.asViewer(context.scope, (tx) => commendationsById(tx, [id]));
    return found[0] ?? null;
  },
} satisfies FieldsOf<'Commendation'>;

/** Who can be commended, from the reports of a period. */
export const CommendationEligibility = {
  agency: ({ agency }: Eligibility) => ({ __typename: 'Agency', uscc: agency }),
} satisfies FieldsOf<'CommendationEligibility'>;

function reportById(id: string, context: SupervisionContext): Promise<Report | null> {
  requirePermission(context, 'READ_CARDS');
  return context.load.report.load(id);
}

/** Questions about reports and commendations, each within the viewer's scope. */
export const reportQueries = {
  feedbackReport: (_root: unknown, { id }: QueryFeedbackReportArgs, context: SupervisionContext) =>
    reportById(id, context),
  async feedbackReports(_root: unknown, args: QueryFeedbackReportsArgs, context: SupervisionContext) {
    requirePermission(context, 'READ_CARDS');
    const page = paging.request(args, 20);
    const { division, agency, period, ...rest } = args.filter ?? {};
    // What no period is called finds no report.
    if (period != null && readPeriod(period) === null) return paging.connection<Report>([], page, keyOf);
    const filter = {
      ...rest,
      period: period ?? null,
      agency: agency?.filter(isStorable) ?? null,
      division: division ? cutDivision(division) : null,
    };
    const rows = await context.ports.database.asViewer(context.scope, (tx) =>
      readReports(tx, context.scope, filter, page),
    );
    return paging.connection(rows, page, keyOf);
  },
  async commendationEligibility(
    _root: unknown,
    { period }: QueryCommendationEligibilityArgs,
    context: SupervisionContext,
  ): Promise<readonly Eligibility[]> {
    requirePermission(context, 'READ_CARDS');
    const named = readPeriod(period);
    if (named === null || context.scope.divisions.length === 0) return [];
    const reports = await context.ports.database.transaction((tx) => reportsOfPeriod(tx, named));
    return [...reports.values()]
      .filter(({ division }) => context.scope.divisions.some((prefix) => division.startsWith(prefix)))
      .flatMap(({ agency }) => eligibilityOf(agency, reports) ?? []);
  },
  async commendations(
    _root: unknown,
    _args: unknown,
    context: SupervisionContext,
  ): Promise<readonly CommendationRow[]> {
    requirePermission(context, 'READ_CARDS');
    return context.ports.database.asViewer(context.scope, (tx) => readCommendations(tx, context.scope));
  },
} satisfies FieldsOf<'Query'>;

/** Steps on reports and commendations. Refusals are members of the result, not errors. */
export const reportMutations = {
  publishReport(_root: unknown, { input }: MutationPublishReportArgs, context: SupervisionContext) {
    requirePermission(context, 'READ_CARDS');
    return publishReport(context.ports, context, input.reportId);
  },
  confirmReport(_root: unknown, { input }: MutationConfirmReportArgs, context: SupervisionContext) {
    requirePermission(context, 'READ_CARDS');
    return confirmReport(context.ports, context, input.reportId);
  },
  proposeCommendation(_root: unknown, { input }: MutationProposeCommendationArgs, context: SupervisionContext) {
    requirePermission(context, 'ACT_ON_CARDS');
    return proposeCommendation(context.ports, context, input);
  },
  decideCommendation(_root: unknown, { input }: MutationDecideCommendationArgs, context: SupervisionContext) {
    requirePermission(context, 'ACT_ON_CARDS');
    return decideCommendation(context.ports, context, input);
  },
} satisfies FieldsOf<'Mutation'>;
