import { type RecordContext, type RecordFilter, trimDivision } from '@gnomon/records';
import { createPaging, type PageArguments, requirePermission } from '@gnomon/subgraph-kit';
import { listedText } from '../derive/place.ts';
import { isSeen, listOf, published } from './listed.ts';

const centres = createPaging<[string]>('centres', ['string']);
const record =
  (kind: string) =>
  (_: unknown, { id }: { id: string }, context: RecordContext) => {
    requirePermission(context, 'READ_CASES');
    return context.records.load.record.load(`${kind} ${id}`);
  };
const listed =
  (table: 'centre' | 'centre_window') =>
  (_: unknown, { id }: { id: string }, context: RecordContext) =>
    published(context, table, id);
const list =
  (kind: string) => (_: unknown, args: { filter?: RecordFilter | null } & PageArguments, context: RecordContext) => {
    requirePermission(context, 'READ_CASES');
    return context.records.list(kind, args);
  };

export const Query = {
  centre: listed('centre'),
  centres(
    _: unknown,
    { division, kind, ...page }: { division?: string | null; kind?: readonly string[] | null } & PageArguments,
    context: RecordContext,
  ) {
    const request = centres.request(page);
    const within = division === null || division === undefined ? '' : trimDivision(division);
    const found = listOf(context, 'centre')
      .map((body) => ({ id: listedText(body, 'centre_id'), body }))
      .filter((centre) => isSeen(context, 'centre', centre))
      .filter(({ body }) => listedText(body, 'division').startsWith(within))
      .filter(({ body }) => kind === null || kind === undefined || kind.includes(listedText(body, 'centre_kind')))
      .filter(({ id }) => request.after === null || id > request.after[0])
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return centres.connection(found.slice(0, request.limit), request, ({ id }) => [id]);
  },
  centreWindow: listed('centre_window'),
  centreWindowDay: record('window-day'),
  queueTicket: record('queue-ticket'),
  centreTicket: record('centre-ticket'),
  centreTickets: list('centre-ticket'),
  centreFinding: record('centre-finding'),
  centreFindings: list('centre-finding'),
};
