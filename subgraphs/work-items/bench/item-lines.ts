import { acceptRow, resultRow, row, stepRow } from '../test/world.ts';

/**
 * The rows of one work item as NDJSON lines: accept, four steps, four materials, result. One item in twenty is still open
 * and has no result; one in fifty was finished after its promise.
 */
export function itemLines(index: number): readonly string[] {
  const no = `N${String(index).padStart(8, '0')}`;
  const rows = [
    acceptRow(no, { applyer_page_code: `11010519${String(49123100 + index).slice(-8)}02` }),
    stepRow(no, '受理', '2024-09-23 09:00:00', '2024-09-23 09:20:00'),
    stepRow(no, '审查', '2024-09-23 09:20:00', '2024-09-24 11:00:00'),
    stepRow(no, '决定', '2024-09-24 11:00:00', '2024-09-25 10:00:00'),
    stepRow(no, '办结', '2024-09-25 10:00:00', '2024-09-25 10:05:00'),
    ...[1, 2, 3, 4].map((n) => row('up_pro_material', no, { material_name: `材料${n}` })),
  ];
  if (index % 20 !== 1) rows.push(resultRow(no, index % 50 === 0 ? '2024-09-30 10:00:00' : '2024-09-25 10:05:00'));
  return rows.map((one) => JSON.stringify(one));
}
