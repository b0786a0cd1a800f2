const INCLUDE = /^# include (\S+\.graphql), record = ([a-z]\w*)$/m;

/**
 * The whole text of a subgraph's schema: a first line `# include packages/records/schema.graphql, record = licence` puts that
 * file before it, with the prefix `licence` in the place of `record` in the names of root fields (`recordSignals` →
 * `licenceSignals`, `pushRecordRows` → `pushLicenceRows`); that file may begin with such a line too. @param read gives a file of the
 * repository as text.
 */
export function includeShared(text: string, read: (path: string) => string): string {
  const included = INCLUDE.exec(text);
  if (included === null) return text;
  const prefix = included[2]!;
  const Prefix = `${prefix.charAt(0).toUpperCase()}${prefix.slice(1)}`;
  const shared = includeShared(read(included[1]!), read)
    .replace(/\brecord([A-Z]\w*(?=[(:]))/g, `${prefix}$1`)
    .replace(/\b(push|correct|explain|close)Record([A-Z]\w*(?=[(:]))/g, `$1${Prefix}$2`);
  return `${shared}\n${text}`;
}
