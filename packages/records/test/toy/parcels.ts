import { readFileSync } from 'node:fs';
import type { Clock } from '@gnomon/working-time';
import { code, kept, text, time } from '../../src/columns.ts';
import {
  type AggregateKind,
  createRecordSubgraph,
  type DerivedRecord,
  type DeriveWorld,
  latestRow,
  linkedFields,
  liveRows,
  type Mark,
  type RecordContext,
  type RecordDocument,
  type RecordDomain,
  recordFields,
} from '../../src/index.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const title = { zh: '测试表', en: 'Test table' };
const label = { record: 'parcel', part: 'parcel', key: ['parcel_no'], bySource: true, opens: true } as const;

/** A chain of parcel depots: nothing of government in it. Parcels are delivered within two days; depots are judged by what they lose. */
export const domain: RecordDomain = {
  name: 'parcels',
  schemaName: 'parcels',
  domain: 'TOY',
  tables: {
    parcel: {
      title,
      columns: [
        kept('parcel_no', 32),
        kept('depot', 32, { mandatory: true }),
        time('sent_at', { mandatory: true }),
        time('delivered_at'),
        code('state', 'state'),
        code('size', 'size'),
        text('receiver', 40, { personal: true }),
        text('phone', 20, { personal: true, hashed: true }),
        kept('batch_no', 20),
      ],
      placements: [
        label,
        { record: 'batch', part: 'parcels', key: ['batch_no'], bySource: false, opens: true, optional: true },
      ],
      events: ['delivered_at', 'sent_at'],
      required: ['depot'],
    },
    scan: {
      title,
      columns: [kept('parcel_no', 32), time('scanned_at'), kept('damaged', 8)],
      placements: [{ ...label, part: 'scans', opens: false }],
      events: ['scanned_at'],
    },
    claim: {
      title,
      columns: [kept('id', 64), kept('agency', 32), time('claimedAt'), kept('n', 8)],
      placements: [{ record: 'parcel', part: 'claims', key: ['id'], bySource: false, opens: false }],
      events: ['claimedAt'],
    },
    depot_hours: { title, columns: [kept('depot', 32), kept('hours', 8)], placements: [], events: [] },
  },
  lists: { depot_hours: { key: ['depot'] } },
  records: [
    { kind: 'parcel', derive: deriveParcel },
    { kind: 'batch', derive: deriveBatch },
  ],
  aggregates: [
    aggregate('depot-month', 'DepotMonth', 'MONTH'),
    { ...aggregate('depot-day', 'DepotDay', 'MONTH'), asItGoes: true },
    aggregate('depot', 'Depot', { rollingDays: 10 }),
    { ...aggregate('depot-week', 'DepotWeek', 'DAY'), stretch: { of: 'delivered', minimum: 'minimum' } },
  ],
  follows: [{ stream: 'claims milestones', table: 'claim', concerns: (facts) => facts.serious === true }],
  codeSystems: new URL('./data/code-systems.yaml', import.meta.url),
};

export const subgraph = createRecordSubgraph({
  domain,
  typeDefs: readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8'),
  migrations: new URL('./migrations/', import.meta.url),
  port: 4999,
  resolvers: {
    Parcel: recordFields('parcel'),
    WorkItem: linkedFields('workItem', { parcels: 'parcel' }),
    Query: {
      parcel: (_: unknown, { id }: { id: string }, { records }: RecordContext) =>
        records.load.record.load(`parcel ${id}`),
      parcels: (_: unknown, args: { first: number }, { records }: RecordContext) => records.list('parcel', args),
    },
  },
});

function deriveParcel(document: RecordDocument, id: string, world: DeriveWorld): DerivedRecord | null {
  const row = latestRow(document.parcel);
  if (row === undefined) return null;
  const depot = String(row.c.depot ?? '');
  if (depot === 'BROKEN') throw new Error('a depot that cannot be understood');
  const sentAt = Number(row.c.sent_at ?? row.r);
  const deliveredAt = typeof row.c.delivered_at === 'number' ? row.c.delivered_at : null;
  const isLost = row.c.state === 'LOST';
  const hours = Number(world.listed('depot_hours', depot)?.hours ?? 48);
  const place = { agency: depot, division: '15', department: '', item: null };
  const scans = liveRows(document.scans);
  const delivery: Clock = {
    ...{ axis: 'TIME', limit: hours * HOUR_MS, due: sentAt + hours * HOUR_MS, provisional: false },
    stoppedAt: deliveredAt,
  };
  const marks: Mark[] = [];
  if (deliveredAt !== null) marks.push({ name: 'delivered', at: deliveredAt });
  if (isLost) marks.push({ name: 'lost', at: sentAt });
  for (const scan of scans) marks.push({ name: 'seen', at: Number(scan.c.scanned_at ?? scan.r) });
  const open = deliveredAt === null && !isLost;
  return {
    place,
    listedAt: sentAt,
    state: String(row.c.state ?? 'MOVING'),
    open,
    links: { workItem: `link-${id}` },
    subjects: [
      { kind: 'parcel', type: 'Parcel', id, facts: { open, delivery, scans: scans.length }, origin: sentAt },
      ...(scans.some((scan) => scan.c.damaged !== undefined)
        ? [{ kind: 'parcel-label', type: 'ParcelLabel', id: `${id}-label`, facts: { damaged: true }, origin: sentAt }]
        : []),
    ],
    marks,
    milestone: { deliveredAt, lost: isLost },
  };
}

function deriveBatch(document: RecordDocument): DerivedRecord | null {
  const rows = liveRows(document.parcels);
  if (rows.length === 0) return null;
  return {
    place: { agency: String(rows[0]!.c.depot), division: '15', department: '', item: null },
    listedAt: Math.min(...rows.map((row) => Number(row.c.sent_at ?? row.r))),
    state: null,
    open: true,
    subjects: [],
    marks: [],
    milestone: { parcels: rows.length },
  };
}

function aggregate(kind: string, type: string, span: AggregateKind['span']): AggregateKind {
  return {
    ...{ kind, type, span, by: ['agency'], counts: ['delivered', 'lost'] },
    facts: async ({ key, sums, startsAt, endsAt }) => {
      if (key[0] === 'odd') throw new Error('a depot that cannot be counted');
      return {
        period: { axis: 'TIME', limit: endsAt - startsAt, due: endsAt, stoppedAt: null, provisional: false },
        delivered: sums.count('delivered'),
        lost: sums.count('lost'),
      };
    },
    place: ({ key }) => ({ agency: key[0]!, division: '15', department: '', item: null }),
  };
}

export { DAY_MS, HOUR_MS };
