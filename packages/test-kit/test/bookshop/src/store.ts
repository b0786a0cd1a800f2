import { laneOf, type Standing, type Transaction } from '@gnomon/subgraph-kit';
import { type Complaint, complaintId } from './complaint.ts';

/** A complaint as viewers read it. */
export interface ComplaintRow {
  readonly id: string;
  readonly shop: string;
  readonly received_at: number;
  readonly answered_at: number | null;
  readonly standing: Standing;
}

/** Writes complaints; a later version replaces the earlier. */
export async function writeComplaints(tx: Transaction, complaints: readonly Complaint[]): Promise<void> {
  const rows = complaints.map((complaint) => ({
    lane: laneOf(complaintId(complaint)),
    id: complaintId(complaint),
    shop: complaint.shop,
    region: complaint.region,
    received_at: new Date(complaint.receivedAt).toISOString(),
    answered_at: complaint.answeredAt === null ? null : new Date(complaint.answeredAt).toISOString(),
  }));
  await tx`/* writeComplaints */
    insert into complaint (lane, id, shop, region, received_at, answered_at)
    select lane, id, shop, region, received_at, answered_at from json_to_recordset(${JSON.stringify(rows)}::text::json) as r(
      lane smallint, id text, shop text, region text, received_at timestamptz, answered_at timestamptz)
    order by lane, id
    on conflict (lane, id) do update set shop = excluded.shop, region = excluded.region,
      received_at = excluded.received_at, answered_at = excluded.answered_at`;
}

/** Complaints with what stands on them, newest first. */
export function complaintsBefore(
  tx: Transaction,
  after: readonly [number, string] | null,
  limit: number,
): Promise<readonly ComplaintRow[]> {
  return tx<ComplaintRow[]>`/* complaintsBefore */
    select c.id, c.shop, c.received_at, c.answered_at, s.standing
    from complaint c join subject s on s.lane = c.lane and s.kind = 'complaint' and s.id = c.id
    where ${after === null} or (c.received_at, c.id) < (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}::text collate "C")
    order by c.received_at desc, c.id desc limit ${limit}`;
}

/** The complaints with these identities that the viewer may see. */
export function complaintsById(tx: Transaction, ids: readonly string[]): Promise<readonly ComplaintRow[]> {
  return tx<ComplaintRow[]>`/* complaintsById */
    select c.id, c.shop, c.received_at, c.answered_at, s.standing
    from complaint c join subject s on s.lane = c.lane and s.kind = 'complaint' and s.id = c.id
    where (c.lane, c.id) in (select * from unnest(${ids.map(laneOf)}::smallint[], ${[...ids]}::text[]))`;
}
