import { inputRefused, type LawRefusal } from './refusals.ts';

/** The most characters of a rule text; the checker's own limit. */
export const MOST_TEXT_CHARACTERS = 60_000;
/** The most characters of what is said about a text. */
export const MOST_NOTE_CHARACTERS = 2_000;

/** Refuses what no person writes: nothing, too much, control characters, broken Unicode. `null` when the text is good. */
export function textRefused(field: string, text: string, most = MOST_NOTE_CHARACTERS): LawRefusal | null {
  if (text.trim() === '') return inputRefused(field, '不能为空。', 'a text was expected, nothing came.');
  if (text.length > most)
    return inputRefused(
      field,
      `至多 ${most} 个字符，收到 ${text.length} 个。`,
      `at most ${most} characters were expected, ${text.length} came.`,
    );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are refused
  if (!text.isWellFormed() || /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text))
    return inputRefused(
      field,
      '含有控制字符或不完整的字符；请改为普通文字。',
      'it holds control characters or broken Unicode; write plain text.',
    );
  return null;
}

/** The first refusal of several, or `null`. */
export function firstRefusal(...refusals: readonly (LawRefusal | null)[]): LawRefusal | null {
  return refusals.find((refusal) => refusal !== null) ?? null;
}
