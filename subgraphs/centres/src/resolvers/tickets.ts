import { type RecordContext, type RecordRow, recordFields } from '@gnomon/records';
import { isSet, latestRow, numberOf, textOf } from '../derive/rows.ts';
import { centreOf, published } from './listed.ts';

const MINUTE_MS = 60_000;
const text =
  (part: string, column: string) =>
  ({ document }: RecordRow) => {
    const row = latestRow(document, part);
    return row === undefined ? null : textOf(row, column) || null;
  };
const at =
  (part: string, column: string) =>
  ({ document }: RecordRow) => {
    const row = latestRow(document, part);
    return row === undefined ? null : numberOf(row, column);
  };

export const QueueTicket = {
  ...recordFields('queue-ticket'),
  // Records carry the identity of their centre as a link: a ticket's number may be its source's own.
  centre: centreOfLink,
  businessGroup: (ticket: RecordRow) => text('ticket', 'business_group')(ticket) ?? '',
  state: ({ state }: RecordRow) => state ?? 'WAITING',
  takenAt: at('ticket', 'take_time'),
  calledAt,
  servedAt: at('ticket', 'serve_time'),
  waitMinutes(ticket: RecordRow) {
    const [taken, called] = [at('ticket', 'take_time')(ticket), calledAt(ticket)];
    return taken === null || called === null ? null : Math.max(0, called - taken) / MINUTE_MS;
  },
  workItem: ({ links }: RecordRow) => (links.workItem === undefined ? null : { id: links.workItem }),
};

export const CentreTicket = {
  ...recordFields('centre-ticket'),
  centre: centreOfLink,
  class: text('ticket', 'ticket_class'),
  receivedAt: ({ listedAt }: RecordRow) => listedAt,
  signedAt: at('ticket', 'sign_time'),
  answeredAt: at('ticket', 'answer_time'),
  isRepeated: (ticket: RecordRow) => text('ticket', 'repeat_of')(ticket) !== null,
  isUpheld({ document }: RecordRow) {
    const row = latestRow(document, 'ticket');
    return row !== undefined && isSet(row, 'upheld');
  },
};

export const CentreFinding = {
  ...recordFields('centre-finding'),
  centre: centreOfLink,
  window: ({ links }: RecordRow, _: unknown, context: RecordContext) =>
    published(context, 'centre_window', links.window ?? ''),
  class: text('finding', 'finding_class'),
  verdict: ({ state }: RecordRow) => state ?? 'REPORTED',
  foundAt: ({ listedAt }: RecordRow) => listedAt,
  verifiedAt: at('finding', 'verdict_time'),
};

/** Served at once without a call is called then. */
function calledAt(ticket: RecordRow): number | null {
  return at('ticket', 'call_time')(ticket) ?? at('ticket', 'serve_time')(ticket);
}

function centreOfLink({ links }: RecordRow, _: unknown, context: RecordContext) {
  return centreOf({ id: links.centre ?? '' }, _, context);
}
