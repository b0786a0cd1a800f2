import type { TransactionSql } from 'postgres';

/** Gives card numbers within one transaction, and records how far it got. */
export interface CardNumbers {
  next(division: string): string;
  save(): Promise<void>;
}

/**
 * Numbers `JC-<12-digit division>-<yyyyMMdd>-<6-digit sequence>` of one day, counted by division.
 * Only for the holder of the ledger's lock.
 */
export async function openCardNumbers(
  tx: TransactionSql,
  day: string,
  divisions: readonly string[],
): Promise<CardNumbers> {
  const rows = await tx<{ division: string; last: number }[]>`
    /* openCardNumbers */ select division, last from card_number where day = ${day}
    and division in (select jsonb_array_elements_text(${JSON.stringify(divisions)}::text::jsonb))`;
  const last = new Map(rows.map((row) => [row.division, row.last]));
  const used = new Set<string>();
  return {
    next(division) {
      const sequence = (last.get(division) ?? 0) + 1;
      last.set(division, sequence);
      used.add(division);
      return `JC-${division.padEnd(12, '0')}-${day.replaceAll('-', '')}-${String(sequence).padStart(6, '0')}`;
    },
    async save() {
      const json = JSON.stringify([...used].map((division) => ({ division, day, last: last.get(division) })));
      if (used.size > 0)
        await tx`
          /* saveCardNumbers */ insert into card_number (division, day, last)
          select division, day, last from jsonb_populate_recordset(null::card_number, ${json}::text::jsonb)
          on conflict (division, day) do update set last = excluded.last`;
    },
  };
}
