import type { Milestone } from './milestone.ts';

/** What one domain says of a matter (领域记录): its newest milestone, and when the first one came. */
export interface MatterRecord extends Milestone {
  /** Arrival of its first milestone, in ms. */
  readonly firstAt: number;
}

/** A fact that is an instant, in ms; `null` when it is missing. */
export function instantOf(record: Pick<Milestone, 'facts'>, name: string): number | null {
  const value = record.facts[name];
  return typeof value === 'number' ? value : null;
}

/** A fact that is a text; `null` when it is missing or empty. */
export function textOf(record: Pick<Milestone, 'facts'>, name: string): string | null {
  const value = record.facts[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A fact that says yes or no; `null` when it is missing. */
export function flagOf(record: Pick<Milestone, 'facts'>, name: string): boolean | null {
  const value = record.facts[name];
  return typeof value === 'boolean' ? value : null;
}

/** Facts that tell who somebody is, even as a hash: used to find what belongs together, and shown to nobody. */
const HIDDEN = new Set(['applicantKey', 'holderKey', 'reviewerKey']);
/** Facts that name records of other agencies. */
const OF_OTHERS = new Set(['children']);

/** Whether one who is supervised may see a record beside its work item: a review that is not named would tell who gave it. */
export function isShownToSupervised({ kind, facts }: Pick<Milestone, 'kind' | 'facts'>): boolean {
  return kind !== 'review' || facts.named === true;
}

/** The facts as a reader of the graph may see them: hashes of persons left out, instants as ISO 8601 text. */
export function shownFacts(facts: Milestone['facts'], toSupervised: boolean): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(facts)
      .filter(([name]) => !HIDDEN.has(name) && !(toSupervised && OF_OTHERS.has(name)))
      .map(([name, value]) => [name, typeof value === 'number' && isInstantName(name) ? isoOf(value) : value]),
  );
}

function isInstantName(name: string): boolean {
  return /(?:At|To|Date)$/.test(name);
}

function isoOf(value: number): string | number {
  return Math.abs(value) <= 8_640_000_000_000_000 ? new Date(value).toISOString() : value;
}
