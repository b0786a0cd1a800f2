import { closeBatch, type RowStream } from '@gnomon/records';
import type { World } from './context.ts';
import { REFUSALS } from './refusals.ts';
import { STREAM } from './take-chunk.ts';

/** The stream of rows of work items: `POST /work-items/rows`. A file is not cut within the rows of one work item. */
export function rowStreamOf({ intake, database, time }: Pick<World, 'intake' | 'database' | 'time'>): RowStream {
  return {
    name: STREAM,
    intake,
    texts: REFUSALS,
    close: (batch) => database.transaction((tx) => closeBatch(tx, STREAM, batch, time.now())),
    belongsTo({ value }) {
      const fields = value as { project_no?: unknown; projectNo?: unknown } | null;
      return fields?.project_no ?? fields?.projectNo;
    },
  };
}
