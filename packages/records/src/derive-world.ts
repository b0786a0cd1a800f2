import type { Pack } from '@gnomon/rule-engine';
import type { RulesInForce } from '@gnomon/subgraph-kit';
import { parse } from 'yaml';
import type { ListBook } from './list-book.ts';
import type { ReferenceCopy } from './reference-copy.ts';
import type { DeriveWorld } from './types.ts';

/** What derivation may ask, under the rules in force and the published lists as they are now. */
export function deriveWorld(rules: RulesInForce, reference: ReferenceCopy, lists: ListBook): DeriveWorld {
  return {
    rules,
    calendarFor: (division) => rules.calendarFor(division),
    constants: (subject) => constantsOf(rules.pack, subject),
    agency: (uscc) => reference.agency(uscc),
    item: (code) => reference.item(code, undefined),
    source: (id) => reference.source(id),
    listed: (table, key) => lists.get(table, key),
    listedAll: (table) => lists.all(table),
  };
}

const known = new WeakMap<Pack, Map<string, Readonly<Record<string, number>>>>();

/**
 * The constants of a dictionary `rules/facts/<subject>.yaml`.
 * @throws {Error} when a constant is no number.
 */
function constantsOf(pack: Pack, subject: string): Readonly<Record<string, number>> {
  let bySubject = known.get(pack);
  if (bySubject === undefined) known.set(pack, (bySubject = new Map()));
  let constants = bySubject.get(subject);
  if (constants === undefined) bySubject.set(subject, (constants = readConstants(pack, subject)));
  return constants;
}

function readConstants(pack: Pack, subject: string): Readonly<Record<string, number>> {
  const file = pack.files.find(({ path }) => path.endsWith(`facts/${subject}.yaml`));
  if (file === undefined) return {};
  const { constants = {} } = parse(file.text) as { constants?: Record<string, { value: unknown }> };
  return Object.fromEntries(
    Object.entries(constants).map(([name, { value }]) => {
      if (typeof value === 'number') return [name, value];
      throw new Error(
        `facts/${subject}.yaml: the constant ${name} must be a number, it is ${JSON.stringify(value)}; correct the file.`,
      );
    }),
  );
}
