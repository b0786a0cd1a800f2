import type { Table } from '../types.ts';

/** What stands in the place of a personal value. */
const MASK = '***';

/** A row with its personal columns masked, in whichever spelling they came; so are columns that the table does not have, and all of a table that is not known. */
export function maskPersonal(
  table: Table | undefined,
  fields: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const open = new Set(
    (table?.columns ?? [])
      .filter((column) => column.personal !== true && column.hashed !== true)
      .map(({ name }) => name),
  );
  for (const name of ENVELOPE) open.add(name);
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const isOpen = open.has(name) || open.has(name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
      return [name, isOpen || value === null || value === '' ? value : MASK];
    }),
  );
}

const ENVELOPE = [
  'table',
  'row_guid',
  'cd_operation',
  'cd_time',
  'cd_batch',
  'data_source',
  'code_system',
  'received_at',
];
