import type { ExecutionResult } from 'graphql';

/** Codes of the errors, each once. */
export const codesOf = (answer: Pick<ExecutionResult, 'errors'>): readonly unknown[] => [
  ...new Set(answer.errors?.map(({ extensions }) => extensions.code) ?? []),
];

/** The id, and what it is made of: some answers are read from the id alone. Shorter texts are found in anything. */
export const partsOf = (id: string): readonly string[] =>
  [id, id.replace(/^[a-z-]+:/, ''), ...id.split(':')].filter((part) => part.length > 3);

/** A text with the id that was asked for in one spelling, so that answers for two ids can be compared; and with the key within the id. */
export const plain = (text: string, id: string): string =>
  partsOf(id).reduce((rest, part) => rest.replaceAll(JSON.stringify(part).slice(1, -1), '{id}'), text);

/** The same of an answer. */
export const without = (answer: ExecutionResult, id: string): string =>
  plain(JSON.stringify({ data: answer.data, errors: answer.errors }), id);

/** What a list's page ends with, wherever the page says it. */
export function endCursorOf(page: unknown): string | null {
  const { endCursor, pageInfo } = (page ?? {}) as {
    readonly endCursor?: string | null;
    readonly pageInfo?: { readonly endCursor: string | null };
  };
  return endCursor ?? pageInfo?.endCursor ?? null;
}

/** What an answer may repeat: the ids that were asked for. */
export const askedIds = (...ids: readonly (string | undefined)[]): ReadonlySet<string> =>
  new Set(ids.flatMap((id) => (id === undefined ? [] : partsOf(id))));

/** An id of the same form that nothing has: another last character of the same kind, before the round of an appeal. */
export function absentLike(id: string, known: ReadonlySet<string>): string {
  const [head = '', tail = ''] = /^(.{30,}?)([:-]\d)?$/.exec(id)?.slice(1) ?? [id];
  const last = head.at(-1) ?? '';
  const others = /\d/.test(last) ? '0123456789' : /[A-Z]/.test(last) ? 'ABCDEFGHJK' : 'abcdef';
  for (const other of others) {
    const absent = head.slice(0, -1) + other + tail;
    if (!known.has(absent)) return absent;
  }
  return `${head.slice(0, -2)}zz${tail}`;
}
