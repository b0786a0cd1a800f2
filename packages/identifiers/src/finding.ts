/** A text in both languages. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** Why a text is not the identifier it should be. The message never repeats personal data. */
export interface Problem<Code extends string> {
  readonly ok: false;
  readonly code: Code;
  readonly message: Bilingual;
}

/** The parts of an identifier, or the problem with it. Nothing is thrown: bad input is data. */
export type Parsed<Parts, Code extends string> = ({ readonly ok: true } & Parts) | Problem<Code>;

/** Builds a problem. */
export function problem<Code extends string>(code: Code, zh: string, en: string): Problem<Code> {
  return { ok: false, code, message: { zh, en } };
}

/** A text as it may stand in a message: quoted, and cut where it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
