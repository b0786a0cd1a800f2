import {
  createPaging,
  followSignals,
  type JudgedSubjects,
  laneOf,
  type PageArguments,
  type Ports,
  type ReadSignal,
  type RequestContext,
  readSignals,
  requirePermission,
  SEVERITY,
  type SubjectArrival,
} from '@gnomon/subgraph-kit';
import type { Instant, WorkCalendar } from '@gnomon/working-time';
import { type Complaint, complaintId, factsOf, refusalOf } from './complaint.ts';
import { type ComplaintRow, complaintsBefore, writeComplaints } from './store.ts';

/** What a resolver is given. */
export interface BookshopContext extends RequestContext {
  readonly complaint: { load(id: string): Promise<ComplaintRow | null> };
}
const paging = createPaging<[number, string]>('complaints', ['number', 'string']);

/** The resolvers of a bookshop that has these ports. */
export function createResolvers({ database, feed, rules, time }: Ports, judged: JudgedSubjects) {
  return {
    Query: {
      async complaints(_: unknown, args: PageArguments, context: BookshopContext) {
        requirePermission(context, 'READ_CASES');
        const page = paging.request(args);
        const rows = await database.asViewer(context.scope, (tx) => complaintsBefore(tx, page.after, page.limit));
        return paging.connection(rows, page, (row) => [row.received_at, row.id]);
      },
      async complaintSignals(_: unknown, page: { first: number; after?: string | null }, context: BookshopContext) {
        requirePermission(context, 'READ_FEED');
        const found = await readSignals(feed, 'bookshop', context.scope, page);
        return { ...found, nodes: found.nodes.map(signalNode) };
      },
    },
    Mutation: {
      async pushComplaints(_: unknown, { complaints }: { complaints: Complaint[] }, context: BookshopContext) {
        requirePermission(context, 'PUSH_ROWS');
        const now = time.now();
        const read = complaints.map((complaint) => ({ ...complaint, answeredAt: complaint.answeredAt ?? null }));
        const refused = read.flatMap((complaint, index) => {
          const message = refusalOf(complaint, now);
          return message === null ? [] : [{ index, message }];
        });
        const places = new Set(refused.map(({ index }) => index));
        // Of several versions in one request the last counts.
        const taken = [
          ...new Map(read.filter((_, i) => !places.has(i)).map((one) => [complaintId(one), one])).values(),
        ];
        const { calendar } = rules.current();
        await database.transaction(async (tx) => {
          await writeComplaints(tx, taken);
          await judged.take(
            tx,
            taken.map((complaint) => arrivalOf(complaint, calendar, now)),
          );
        });
        return { taken: complaints.length - refused.length, refused };
      },
    },
    Subscription: {
      complaintSignals: {
        async *subscribe(_: unknown, { after }: { after?: string | null }, context: BookshopContext) {
          requirePermission(context, 'READ_FEED');
          const from = { after: after ?? null, signal: context.signal };
          for await (const read of followSignals(feed, 'bookshop', context.scope, from))
            yield { complaintSignals: signalNode(read), cursor: read.cursor };
        },
      },
    },
    Complaint: {
      __resolveReference: async ({ id }: { id: string }, { complaint }: BookshopContext) => complaint.load(id),
      receivedAt: (row: ComplaintRow) => row.received_at,
      answeredAt: (row: ComplaintRow) => row.answered_at,
      level: ({ standing }: ComplaintRow) =>
        standing.verdicts.map(({ level }) => level).sort((a, b) => SEVERITY[b] - SEVERITY[a])[0] ?? 'NONE',
    },
    ComplaintSignal: {
      complaint: ({ subject }: { subject: string }, _: unknown, { complaint }: BookshopContext) =>
        complaint.load(subject),
    },
  };
}

function signalNode({ signal }: ReadSignal) {
  return { ...signal, turnedAt: Date.parse(signal.turnedAt) };
}

function arrivalOf(complaint: Complaint, calendar: WorkCalendar, at: Instant): SubjectArrival {
  const id = complaintId(complaint);
  return {
    lane: laneOf(id),
    kind: 'complaint',
    id,
    division: complaint.region,
    agency: complaint.shop,
    department: '',
    item: null,
    source: null,
    arrival: {
      facts: factsOf(complaint, calendar),
      at,
      origin: complaint.receivedAt,
      happenedAt: complaint.answeredAt ?? complaint.receivedAt,
      asOf: (instant) => factsOf(complaint, calendar, instant),
    },
  };
}
