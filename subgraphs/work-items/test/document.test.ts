import { expect, test } from 'vitest';
import { type ArrivingRow, applyRow, emptyDocument } from '../src/document.ts';

const row = (op: ArrivingRow['op'], madeAt: number, hash: string): ArrivingRow => ({
  table: 'up_pro_result',
  guid: 'g',
  op,
  madeAt,
  receivedAt: madeAt,
  hash,
  kept: { result_type: 'FINISHED' },
});

test('an insertion that its own update overtook on the way is no conflict (DP-09)', () => {
  const document = emptyDocument();
  applyRow(document, row('U', 2, 'b'));
  expect(applyRow(document, row('I', 1, 'a'))).toMatchObject({ outcome: 'OLDER', conflict: false });
});

test('a row that is inserted again with other content is a conflict, whichever of the two came first', () => {
  for (const [first, second] of [
    [1, 2],
    [2, 1],
  ] as const) {
    const document = emptyDocument();
    applyRow(document, row('I', first, `made at ${first}`));
    expect(applyRow(document, row('I', second, `made at ${second}`)).conflict).toBe(true);
  }
});

test('a second insertion is a conflict also where an update came before both', () => {
  const document = emptyDocument();
  applyRow(document, row('U', 3, 'c'));
  applyRow(document, row('I', 1, 'a'));
  expect(applyRow(document, row('I', 2, 'b')).conflict).toBe(true);
});

test('whatever the order of arrival, the document is the same', () => {
  const rows = [row('I', 1, 'a'), row('U', 2, 'b')];
  const [forth, back] = [rows, rows.toReversed()].map((arriving) => {
    const document = emptyDocument();
    for (const one of arriving) applyRow(document, one);
    const [kept] = document.results;
    return { ...kept, v: 0, r: 0, r0: 0, o: kept?.o?.map(({ t, h }) => ({ t, h })) };
  });
  expect({ ...back, t0: undefined }).toEqual({ ...forth, t0: undefined });
});
