/** Length of a division's code at each level, 1 to 5. */
export const CODE_LENGTHS = [2, 4, 6, 9, 12] as const;

/**
 * A division code without trailing zeros, from 2, 4, 6, 9 or 12 digits: `150121000000` and `150121` are the same banner.
 * `null` when it is no division code. The level is found from the zeros only where the code is padded; a village never
 * ends in three zeros, a town's own part never is `000`.
 */
export function divisionCode(text: string): string | null {
  if (!/^\d+$/.test(text) || text.startsWith('00') || !(CODE_LENGTHS as readonly number[]).includes(text.length))
    return null;
  let code = text;
  for (const length of CODE_LENGTHS.toReversed().slice(1)) {
    if (code.length > length && /^0+$/.test(code.slice(length))) code = code.slice(0, length);
  }
  return code;
}

/** Level of a code without trailing zeros: 1 region to 5 village. */
export function levelOfCode(code: string): number {
  return (CODE_LENGTHS as readonly number[]).indexOf(code.length) + 1;
}

/** The code as 12 digits, as work items are pushed with. */
export function code12(code: string): string {
  return code.padEnd(12, '0');
}

/** The codes from the region down to this one, itself included. */
export function codePath(code: string): readonly string[] {
  return CODE_LENGTHS.filter((length) => length <= code.length).map((length) => code.slice(0, length));
}
