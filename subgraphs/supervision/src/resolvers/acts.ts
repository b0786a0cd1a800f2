import type { LogEntry } from '@gnomon/acts';
import { createPaging, refusal, requirePermission, requireViewer } from '@gnomon/subgraph-kit';
import { GraphQLError } from 'graphql';
import type {
  MutationApproveExportArgs,
  MutationDeclineExportArgs,
  MutationOpenPurposeArgs,
  MutationRequestExportArgs,
  QueryExportsArgs,
  QueryHubLogArgs,
  QuerySignInsArgs,
} from '../../generated/resolvers.ts';
import { decideExport, requestExport } from '../acts/exports.ts';
import { mayReadLog } from '../acts/may-read-log.ts';
import { openPurpose } from '../acts/open-purpose.ts';
import { type ActProblem, problem } from '../acts/problem.ts';
import type { SupervisionContext } from '../context.ts';
import { newestHead, openLog, openSignIns, readEntries, SIGN_IN_KINDS } from '../store/acts.ts';
import type { LedgerFilter } from '../store/conditions.ts';
import { type Export, listExports } from '../store/exports.ts';
import type { FieldsOf } from './fields-of.ts';
import { cutFilter } from './Query.ts';

const logPaging = createPaging<readonly [number]>('hubLog', ['number']);
const signInPaging = createPaging<readonly [number]>('signIns', ['number']);
const exportPaging = createPaging<readonly [number, string]>('exports', ['number', 'string']);
const DEFAULT_MINUTES = 30;
const isStorable = (text: string) => text.isWellFormed() && !text.includes('\u0000');

/** Root fields of the log and of exports. */
export const actQueries = {
  async hubLog(_root: unknown, { kind, by, ...args }: QueryHubLogArgs, context: SupervisionContext) {
    requireLogReader(context);
    const page = logPaging.request(args);
    const filter = { kind: kind?.filter(isStorable) ?? null, by: by && isStorable(by) ? by : null };
    const rows = await context.ports.database.asViewer(context.scope, async (tx) => {
      await openLog(tx);
      return readEntries(tx, filter, { before: page.after?.[0] ?? null, limit: page.limit });
    });
    return logPaging.connection(rows.map(actNode), page, ({ sequence }) => [sequence]);
  },
  async signIns(_root: unknown, { by, ...args }: QuerySignInsArgs, context: SupervisionContext) {
    requirePermission(context, 'READ_SIGN_INS');
    const page = signInPaging.request(args);
    const filter = { kind: SIGN_IN_KINDS, by: by && isStorable(by) ? by : null };
    const rows = await context.ports.database.asViewer(context.scope, async (tx) => {
      await openSignIns(tx);
      return readEntries(tx, filter, { before: page.after?.[0] ?? null, limit: page.limit });
    });
    return signInPaging.connection(rows.map(actNode), page, ({ sequence }) => [sequence]);
  },
  async hubLogHead(_root: unknown, _args: unknown, context: SupervisionContext) {
    requireLogReader(context);
    const head = await context.ports.database.asViewer(context.scope, async (tx) => {
      await openLog(tx);
      return newestHead(tx);
    });
    return head === null ? null : { ...head, at: Date.parse(head.at) };
  },
  hubLogKey(_root: unknown, _args: unknown, context: SupervisionContext) {
    requireLogReader(context);
    return context.ports.keys?.publicKeyOf('log') ?? null;
  },
  async exports(_root: unknown, { state, ...args }: QueryExportsArgs, context: SupervisionContext) {
    requirePermission(context, 'READ_CARDS');
    const page = exportPaging.request(args);
    const rows = await context.ports.database.asViewer(context.scope, (tx) => listExports(tx, state ?? null, page));
    return exportPaging.connection(rows, page, ({ requestedAt, id }: Export) => [requestedAt, id]);
  },
} satisfies FieldsOf<'Query'>;

/** Purposes and exports. Refusals are members of the result, not errors. */
export const actMutations = {
  openPurpose(_root: unknown, { input }: MutationOpenPurposeArgs, context: SupervisionContext) {
    return openPurpose(context.ports, requireViewer(context), { ...input, minutes: input.minutes ?? DEFAULT_MINUTES });
  },
  requestExport(_root: unknown, { input }: MutationRequestExportArgs, context: SupervisionContext) {
    const viewer = requireViewer(context);
    const { kind, format = 'NDJSON', reason, cards, warnings } = input;
    const [own, other] = kind === 'CARDS' ? [cards, warnings] : [warnings, cards];
    if (other !== null && other !== undefined)
      return problem(
        'ActInputRefused',
        `导出 ${kind} 时只能填写相应的筛选条件（cards 或 warnings）。`,
        `An export of ${kind} takes its own filter only (cards or warnings).`,
      );
    const filter = readFilter(own);
    if ('__typename' in filter) return filter;
    return requestExport(context.ports, viewer, { kind, format, reason, filter });
  },
  approveExport(_root: unknown, { input }: MutationApproveExportArgs, context: SupervisionContext) {
    return decide(context, input, 'APPROVED');
  },
  declineExport(_root: unknown, { input }: MutationDeclineExportArgs, context: SupervisionContext) {
    return decide(context, input, 'DECLINED');
  },
} satisfies FieldsOf<'Mutation'>;

function decide(
  context: SupervisionContext,
  { exportId, reason }: MutationApproveExportArgs['input'],
  state: 'APPROVED' | 'DECLINED',
) {
  const viewer = requireViewer(context);
  return decideExport(context.ports, { viewer, scope: context.scope }, { id: exportId, state, reason: reason ?? null });
}

/** The filter as lists have it; what a list would refuse as a request fault is a refusal of the mutation. */
function readFilter(filter: LedgerFilter | null | undefined): LedgerFilter | ActProblem {
  try {
    return cutFilter(filter);
  } catch (error) {
    if (!(error instanceof GraphQLError) || typeof error.extensions.messageZh !== 'string') throw error;
    return problem('ActInputRefused', error.extensions.messageZh, error.message);
  }
}

function requireLogReader(context: SupervisionContext): void {
  const viewer = requirePermission(context, 'READ_LOG');
  if (mayReadLog(viewer)) return;
  throw refusal('FORBIDDEN', {
    zh: '行为日志涉及全区，只有自治区级的审计人员可以查看。',
    en: 'The log speaks of every place: of the auditors only the region’s may read it.',
  });
}

function actNode(entry: LogEntry) {
  return { ...entry, at: Date.parse(entry.at) };
}
