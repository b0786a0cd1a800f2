import { copyRows } from '@gnomon/store';
import type { Transaction } from '@gnomon/subgraph-kit';
import { instantText } from '../instant-text.ts';
import type { MarkBook, MarkChange } from '../mark-book.ts';
import type { KnownMark } from '../periods.ts';

const COLUMNS = [
  'lane',
  'kind',
  'record',
  'sign',
  { name: 'known_from', as: 'instant' },
  'name',
  { name: 'at', as: 'instant' },
  'value',
  'agency',
  'division',
  'item',
  'grp',
  'key',
  'delayed',
] as const;

/** Writes what became known of marks. @returns every mark that came or went, with the instant from which that is known. */
export async function writeMarks(tx: Transaction, { added, ended }: MarkBook): Promise<readonly KnownMark[]> {
  const known: KnownMark[] = added.map(({ mark, knownFrom }) => ({ mark, at: knownFrom }));
  if (added.length > 0) await insertMarks(tx, added);
  if (ended.length === 0) return known;
  const rows = ended.map((end) => ({ ...end, knownTo: new Date(end.knownTo).toISOString() }));
  const gone = await tx<(KnownMark['mark'] & { known_to: number })[]>`/* endMarks */
    update mark m set known_to = e."knownTo"
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as e(lane smallint, kind text, record text, sign text, "knownTo" timestamptz)
    where m.lane = e.lane and m.kind = e.kind collate "C" and m.record = e.record collate "C" and m.sign = e.sign collate "C"
      and m.known_to = 'infinity' and m.known_from <= e."knownTo"
    returning m.name, m.at, m.agency, m.division, m.item, m.grp as "group", m.delayed, m.known_to`;
  return [...known, ...gone.map(({ known_to, ...mark }) => ({ mark, at: known_to }))];
}

async function insertMarks(tx: Transaction, added: readonly MarkChange[]): Promise<void> {
  await tx.unsafe('create temporary table if not exists stage_mark (like mark) on commit delete rows');
  await copyRows(tx, 'stage_mark', [...COLUMNS, { name: 'known_to', as: 'instant' }], rowsOf(added));
  await tx.unsafe(`/* insertMarks */ insert into mark select * from stage_mark order by lane, kind, record, sign, known_from
    on conflict (lane, kind, record, sign, known_from) do update set known_to = 'infinity'`);
  await tx.unsafe('delete from stage_mark');
}

function* rowsOf(added: readonly MarkChange[]): Generator<readonly unknown[]> {
  for (const { mark, knownFrom } of added)
    yield [
      mark.lane,
      mark.kind,
      mark.record,
      mark.sign,
      instantText(knownFrom),
      mark.name,
      instantText(mark.at),
      mark.value,
      mark.agency,
      mark.division,
      mark.item,
      mark.group,
      mark.key,
      mark.delayed,
      'infinity',
    ];
}
