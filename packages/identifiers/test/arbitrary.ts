import fc from 'fast-check';

export const CREDIT_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
export const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Texts of exactly so many characters of an alphabet. */
export function textOf(alphabet: string, length: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...alphabet), minLength: length, maxLength: length });
}

/** The first 17 characters of credit codes. */
export const creditBodies: fc.Arbitrary<string> = fc
  .tuple(textOf(CREDIT_ALPHABET, 2), textOf('0123456789', 6), textOf(CREDIT_ALPHABET, 9))
  .map((parts) => parts.join(''));

/** The first 17 digits of resident identity numbers of the years 1900 to 2025. */
export const residentBodies: fc.Arbitrary<string> = fc
  .tuple(
    fc.integer({ min: 110000, max: 829999 }),
    fc.date({ min: new Date('1900-01-01'), max: new Date('2025-12-31'), noInvalidDate: true }),
    fc.integer({ min: 0, max: 999 }),
  )
  .map(
    ([division, birth, sequence]) =>
      `${division}${birth.toISOString().slice(0, 10).replaceAll('-', '')}${String(sequence).padStart(3, '0')}`,
  );

/** A text with one character replaced by another of an alphabet. */
export function withOneWrong(text: string, alphabet: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat(text.length - 1), fc.constantFrom(...alphabet))
    .filter(([index, character]) => text.charAt(index) !== character)
    .map(([index, character]) => text.slice(0, index) + character + text.slice(index + 1));
}

/** A text with two different neighbours changed round; the text itself when all are alike. */
export function withTwoSwapped(text: string): fc.Arbitrary<string> {
  const places = [...text].flatMap((character, index) =>
    index > 0 && text.charAt(index - 1) !== character ? [index] : [],
  );
  return fc
    .constantFrom(...places)
    .map((i) => text.slice(0, i - 1) + text.charAt(i) + text.charAt(i - 1) + text.slice(i + 1));
}
