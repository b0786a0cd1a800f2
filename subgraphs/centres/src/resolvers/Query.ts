import { type RecordContext, recordField, recordsField, trimDivision } from '@gnomon/records';
import { createPaging, type PageArguments } from '@gnomon/subgraph-kit';
import { listedText } from '../derive/place.ts';
import { isSeen, listOf, published } from './listed.ts';

const centres = createPaging<[string]>('centres', ['string']);
const listed =
  (table: 'centre' | 'centre_window') =>
  (_: unknown, { id }: { id: string }, context: RecordContext) =>
    published(context, table, id);

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
  centreWindowDay: recordField('window-day'),
  queueTicket: recordField('queue-ticket'),
  queueTickets: recordsField('queue-ticket'),
  centreTicket: recordField('centre-ticket'),
  centreTickets: recordsField('centre-ticket'),
  centreFinding: recordField('centre-finding'),
  centreFindings: recordsField('centre-finding'),
};
