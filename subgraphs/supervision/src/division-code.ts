import { refusal } from '@gnomon/subgraph-kit';

/** Lengths at which a division code can be cut: village, township, banner, league, region. */
const LEVEL_LENGTHS = [9, 6, 4, 2] as const;

/** Whether a text is a division code at all, of any level. */
export function isDivisionCode(code: string): boolean {
  return /^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$/.test(code);
}

/**
 * The code of a subtree without trailing zeros: `150100000000` and `150100` are `1501`.
 * @throws `BAD_INPUT` for anything that is no division code.
 */
export function cutDivision(code: string): string {
  if (!isDivisionCode(code))
    throw refusal('BAD_INPUT', {
      zh: `区划代码应为 2、4、6、9 或 12 位数字，例如 150121，收到 “${code.slice(0, 20)}”。`,
      en: `division: a code of 2, 4, 6, 9 or 12 digits was expected, for example 150121; "${code.slice(0, 20)}" came.`,
    });
  let cut = code;
  for (const length of LEVEL_LENGTHS)
    if (cut.length > length && /^0+$/.test(cut.slice(length))) cut = cut.slice(0, length);
  return cut;
}
