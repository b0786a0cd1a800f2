import type { Bilingual } from '@gnomon/rule-engine';

/** A text in both languages; the Chinese one is what an official acts on. */
export function text(zh: string, en: string): Bilingual {
  return { zh, en };
}

/** A name that may have no English form: the Chinese one then stands in both places. */
export function nameText(zh: string, en: string | null): Bilingual {
  return { zh, en: en ?? zh };
}
