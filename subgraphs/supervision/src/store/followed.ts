import type { TransactionSql } from 'postgres';

/** Records the instant of the newest entry taken over from a stream. */
export async function recordFollowed(tx: TransactionSql, stream: string, asOf: number): Promise<void> {
  await tx`
    /* recordFollowed */ insert into followed (stream, as_of) values (${stream}, ${new Date(asOf)})
    on conflict (stream) do update set as_of = greatest(followed.as_of, excluded.as_of)`;
}

/** Instant of the newest entry taken over, by stream. */
export async function followedStreams(tx: TransactionSql): Promise<ReadonlyMap<string, number>> {
  const rows = await tx<{ stream: string; asOf: number }[]>`
    /* followedStreams */ select stream, as_of as "asOf" from followed order by stream`;
  return new Map(rows.map((row) => [row.stream, row.asOf]));
}
