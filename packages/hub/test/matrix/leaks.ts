/** Runs of characters that can be an id or a code within a sentence. */
const WORDS = /[0-9A-Za-z][0-9A-Za-z:_-]{5,}/g;
/** Shorter texts hold no word. */
const SHORTEST_WORD = 6;
const NONE: ReadonlySet<string> = new Set();

/**
 * Places of an answer that name something foreign: as a whole text, or as a word within a sentence, but for the excepted. Empty when nothing
 * leaks.
 */
export function leaks(
  answer: unknown,
  foreign: ReadonlySet<string>,
  except: ReadonlySet<string> = NONE,
): readonly string[] {
  const isForeign = (word: string): boolean => foreign.has(word) && !except.has(word);
  // Nearly always there is nothing: where it stands is asked afterwards.
  return holds(answer, isForeign) ? [...new Set(foundIn(answer, isForeign, ''))] : [];
}

/** Where a row that is the viewer's own names others: it is the row's content, and whoever may read the row reads it. */
const NAMED_BY_ROWS: readonly { readonly path: RegExp; readonly text?: RegExp; readonly why: string }[] = [
  {
    path: /\.facts\.opinions\.body$|\.content\.body_code$/,
    why: 'an approval says which bodies were asked for an opinion, and so who is late: published codes, in the own row',
  },
  {
    path: /\.message(\.zh|\.en|Zh|En)$/,
    text: /协同部门|co-body/,
    why: 'the message of such an approval names the body whose opinion is late: without it nobody could mend it',
  },
  {
    path: /\.receipt\.json$/,
    text: /"opinions"/,
    why: 'the receipt of such an approval has the facts of which its message speaks, so that anybody who has it can recompute it',
  },
  {
    path: /\.facts\.handled\.id$/,
    why: 'the facts of a project name all its approvals by number: what the project is judged by, shown to who has part in it',
  },
  { path: /\.(window|windows)\.id$/, why: 'windows are published with their hall; their days and tickets are not' },
  {
    path: /\.workItem\.id$/,
    why: 'a review, licence or ticket was pushed with the number of its work item; the work item itself is not shown by it',
  },
];

function holds(answer: unknown, isForeign: (word: string) => boolean): boolean {
  if (typeof answer === 'string')
    return isForeign(answer) || (answer.length >= SHORTEST_WORD && (answer.match(WORDS)?.some(isForeign) ?? false));
  if (answer === null || typeof answer !== 'object') return false;
  for (const key in answer) if (holds((answer as Readonly<Record<string, unknown>>)[key], isForeign)) return true;
  return false;
}

function foundIn(answer: unknown, isForeign: (word: string) => boolean, path: string): readonly string[] {
  if (typeof answer === 'string') return holds(answer, isForeign) && !isNamed(path, answer) ? [path] : [];
  if (answer === null || typeof answer !== 'object') return [];
  return Object.entries(answer).flatMap(([key, value]) =>
    foundIn(value, isForeign, Number.isNaN(Number(key)) ? `${path}.${key}` : path),
  );
}

function isNamed(at: string, said: string): boolean {
  return NAMED_BY_ROWS.some(({ path, text }) => path.test(at) && text?.test(said) !== false);
}
