import { isDeepStrictEqual } from 'node:util';
import { loadPack, type RuleFile } from '@gnomon/rule-engine';
import type { WorkCalendar } from '@gnomon/working-time';
import { parse, stringify } from 'yaml';

type Body = Readonly<Record<string, unknown>>;
type Parameters = Readonly<Record<string, Body>>;

/**
 * Whether a new version of a rule is proved to favour the bodies: nothing but numbers differ, and the old numbers would be a proper
 * tightening of the new rule – the checker's own proof of Art. 12, asked the other way round.
 * @param files the present files with the new version in the place of the old one.
 */
export function isProvedFavourable(
  files: readonly RuleFile[],
  next: RuleFile,
  present: RuleFile | undefined,
  calendar: WorkCalendar,
): boolean {
  if (present === undefined) return false;
  const [before, after] = [parse(present.text) as Body, parse(next.text) as Body];
  if (!isDeepStrictEqual(conditionsOf(before), conditionsOf(after))) return false;
  const old = (before.parameters ?? {}) as Parameters;
  const moved = Object.entries((after.parameters ?? {}) as Parameters).filter(
    ([name, { value }]) => !isDeepStrictEqual(old[name]?.value, value),
  );
  if (moved.length === 0) return false;
  const overlay = {
    id: 'proof',
    rule: after.id,
    issuer: { zh: '证明', en: 'proof' },
    document: 'proof',
    division: '15',
    from: '2000-01-01',
    tighten: Object.fromEntries(moved.map(([name]) => [name, old[name]?.value])),
  };
  const proof = { path: 'overlays/proof.yaml', text: stringify(overlay) };
  return 'pack' in loadPack([...files, proof], { calendar, runTests: false });
}

/** Everything that decides a verdict but the numbers. */
function conditionsOf({ parts, yieldsTo, issue, domain, parameters }: Body): unknown {
  const shapes = Object.entries((parameters ?? {}) as Parameters).map(
    ([name, { value: _, zh: _zh, en: _en, ...rest }]) => [name, rest],
  );
  return { parts, yieldsTo, issue, domain, shapes };
}
