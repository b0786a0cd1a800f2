/** Runs of characters that can be an id or a code within a sentence. */
const WORDS = /[0-9A-Za-z][0-9A-Za-z:_-]{5,}/g;

/** Places of an answer that name something foreign: as a whole text, or as a word within a sentence. Empty when nothing leaks. */
export function leaks(answer: unknown, foreign: ReadonlySet<string>): readonly string[] {
  return [...new Set(foundIn(answer, foreign, ''))];
}

/** Where a row that is the viewer's own names others: it is the row's content, and whoever may read the row reads it. */
const NAMED_BY_ROWS: readonly { readonly path: RegExp; readonly text?: RegExp; readonly why: string }[] = [
  {
    path: /\.opinions\.body(\.uscc)?$|\.content\.body_code$/,
    why: 'the bodies that were asked for an opinion on an approval',
  },
  {
    path: /\.message\.(zh|en)$/,
    text: /协同部门|co-body/,
    why: 'the message of an approval names the body whose opinion is late',
  },
  {
    path: /\.receipt\.json$/,
    text: /"opinions"/,
    why: 'the receipt of such an approval has the facts of which its message speaks',
  },
  {
    path: /\.children\.agency\.uscc$|\.bundleCases?\..*content\.agency$/,
    why: 'a bundle case has child items of several agencies',
  },
  { path: /\._entities\.(children\.agency\.uscc|rowVersions\.content\.agency)$/, why: 'the same by reference' },
  { path: /\.facts\.handled\.id$/, why: "a project's facts name the approvals from which they are derived" },
  { path: /\.(window|windows)\.id$/, why: 'windows of a published hall' },
  {
    path: /\.workItem\.id$|\.workItem\..*\.workItem\.id$/,
    why: 'the number of the work item that a review, licence or ticket was pushed with',
  },
];

function foundIn(answer: unknown, foreign: ReadonlySet<string>, path: string): readonly string[] {
  if (typeof answer === 'string') {
    const words = [answer, ...(answer.match(WORDS) ?? [])];
    return words.some((word) => foreign.has(word)) && !isNamed(path, answer) ? [path] : [];
  }
  if (answer === null || typeof answer !== 'object') return [];
  return Object.entries(answer).flatMap(([key, value]) =>
    foundIn(value, foreign, Number.isNaN(Number(key)) ? `${path}.${key}` : path),
  );
}

function isNamed(at: string, said: string): boolean {
  return NAMED_BY_ROWS.some(({ path, text }) => path.test(at) && text?.test(said) !== false);
}
