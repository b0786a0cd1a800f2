import type { TransactionSql } from 'postgres';
import type { Card } from '../card.ts';

/** A receipt as it is kept: its canonical text under that text's hash. */
export interface StoredReceipt {
  readonly lane: number;
  readonly hash: string;
  readonly json: string;
  readonly packHash: string;
  readonly calendarHash: string;
  readonly division: string;
  readonly agency: string;
  readonly source: string | null;
}

/** Keeps receipts; the same text is kept once. */
export async function keepReceipts(tx: TransactionSql, receipts: readonly StoredReceipt[]): Promise<void> {
  if (receipts.length === 0) return;
  const rows = receipts.map(({ packHash, calendarHash, ...row }) => ({
    ...row,
    pack_hash: packHash,
    calendar_hash: calendarHash,
  }));
  await tx`
    /* keepReceipts */ insert into receipt (lane, hash, json, pack_hash, calendar_hash, division, agency, source)
    select lane, hash, json, pack_hash, calendar_hash, division, agency, source
    from jsonb_populate_recordset(null::receipt, ${JSON.stringify(rows)}::text::jsonb)
    on conflict (lane, hash) do nothing`;
}

/** A text that receipts name by its hash: the files of a pack, the data of a calendar. */
export interface NamedText {
  readonly kind: 'PACK' | 'CALENDAR';
  readonly hash: string;
  /** Written as JSON, and only when the text is not kept yet: a pack is hundreds of kilobytes. */
  readonly value: unknown;
}

/** Keeps texts that are not kept yet. */
export async function keepNamedTexts(tx: TransactionSql, texts: readonly NamedText[]): Promise<void> {
  if (texts.length === 0) return;
  const hashes = JSON.stringify(texts.map(({ hash }) => hash));
  const known = await tx<{ hash: string }[]>`
    /* keptNamedTexts */ select hash from named_text where hash in (select jsonb_array_elements_text(${hashes}::text::jsonb))`;
  for (const { kind, hash, value } of texts)
    if (!known.some((row) => row.hash === hash))
      await tx`
        /* keepNamedText */ insert into named_text (kind, hash, json) values (${kind}, ${hash}, ${JSON.stringify(value)}::text)
        on conflict do nothing`;
}

/** Receipts by lane and hash, in any order; those that the viewer may not see are absent. */
export async function receiptsByHash(
  tx: TransactionSql,
  keys: readonly { readonly lane: number; readonly hash: string }[],
): Promise<readonly StoredReceipt[]> {
  return tx<StoredReceipt[]>`
    /* receiptsByHash */ select t.lane, t.hash, t.json, t.pack_hash as "packHash", t.calendar_hash as "calendarHash",
      t.division, t.agency, t.source
    from jsonb_to_recordset(${JSON.stringify(keys)}::text::jsonb) as k (lane smallint, hash text)
    join receipt t on t.lane = k.lane and t.hash = k.hash collate "C"`;
}

/** Texts of packs and calendars by hash. */
export async function namedTexts(tx: TransactionSql, hashes: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tx<{ hash: string; json: string }[]>`
    /* namedTexts */ select hash, json from named_text
    where hash in (select jsonb_array_elements_text(${JSON.stringify(hashes)}::text::jsonb))`;
  return new Map(rows.map((row) => [row.hash, row.json]));
}

/** Lets a card's receipt be seen where the card is; what the receipt says is not touched. */
export async function moveReceipt(
  tx: TransactionSql,
  { lane, receiptHash, division, agency }: Pick<Card, 'lane' | 'receiptHash' | 'division' | 'agency'>,
): Promise<void> {
  if (receiptHash === null) return;
  await tx`/* moveReceipt */ update receipt set division = ${division}, agency = ${agency}
    where lane = ${lane} and hash = ${receiptHash} and (division, agency) is distinct from (${division}, ${agency})`;
}
