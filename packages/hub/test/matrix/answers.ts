import type { ExecutionResult } from 'graphql';

/** Codes of the errors, each once. */
export const codesOf = (answer: Pick<ExecutionResult, 'errors'>): readonly unknown[] => [
  ...new Set(answer.errors?.map(({ extensions }) => extensions.code) ?? []),
];

/** The id, and what it is made of: some answers are read from the id alone. */
export const partsOf = (id: string): readonly string[] => [
  id,
  id.replace(/^[a-z-]+:/, ''),
  ...id.split(':').filter((part) => part.length > 3),
];

/** The answer with the id that was asked for in one spelling, so that answers for two ids can be compared; and with the key within the id. */
export const without = (answer: ExecutionResult, id: string): string =>
  partsOf(id).reduce(
    (text, part) => text.replaceAll(JSON.stringify(part).slice(1, -1), '{id}'),
    JSON.stringify({ data: answer.data, errors: answer.errors }),
  );

/** Ids that are foreign, but for the one that was asked for: an answer may repeat it. */
export function withoutId(foreign: ReadonlySet<string>, id: string | undefined): ReadonlySet<string> {
  const rest = new Set(foreign);
  for (const part of id === undefined ? [] : partsOf(id)) rest.delete(part);
  return rest;
}

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
