/** A value of a milestone; instants in milliseconds. */
export type MilestoneValue = string | number | boolean | null;

/** How far a record of a domain is (里程碑), parsed. */
export interface Milestone {
  /** Kind of record, for example `licence`. */
  readonly kind: string;
  readonly id: string;
  /** Instant of the arrival that brought it about, in ms. */
  readonly at: number;
  readonly n: number;
  readonly source: string | null;
  readonly agency: string;
  readonly division: string;
  readonly item: string | null;
  readonly facts: Readonly<Record<string, MilestoneValue>>;
}

/** What an entry of a milestone stream came to. */
export interface ReadMilestones {
  readonly milestones: readonly Milestone[];
  /** Why the entry, or one of its milestones, could not be read. */
  readonly refused: readonly string[];
}

const MOST_FACTS = 64;
const MOST_N = 2_147_483_647;

/** Parses the payload of an entry of type `milestones`: the border between the domains and supervision. Never throws. */
export function readMilestones(payload: unknown): ReadMilestones {
  const list = isRecord(payload) ? payload.milestones : undefined;
  if (!Array.isArray(list))
    return { milestones: [], refused: ['milestones refused: expected { milestones: […] }, came something else'] };
  const milestones: Milestone[] = [];
  const refused: string[] = [];
  for (const [index, one] of list.entries()) {
    const fault = faultOf(one);
    if (fault === null) milestones.push(readOne(one as Record<string, unknown>));
    else refused.push(`milestone ${index} refused: ${fault}`);
  }
  return { milestones, refused };
}

function faultOf(one: unknown): string | null {
  if (!isRecord(one)) return 'expected an object';
  for (const [name, longest] of [
    ['kind', 60],
    ['id', 200],
  ] as const)
    if (!isText(one[name], longest) || one[name] === '')
      return `expected ${name}, a text of 1 to ${longest} characters`;
  for (const [name, longest] of [
    ['agency', 60],
    ['division', 12],
  ] as const)
    if (!isText(one[name], longest)) return `expected ${name}, a text of at most ${longest} characters`;
  for (const name of ['source', 'item'] as const)
    if (one[name] !== null && one[name] !== undefined && !isText(one[name], 64))
      return `expected ${name}, a text of at most 64 characters or null`;
  if (!isInstant(one.at)) return 'expected at, an instant in milliseconds';
  if (!Number.isInteger(one.n) || (one.n as number) < 1 || (one.n as number) > MOST_N)
    return `expected n, a whole number from 1 to ${MOST_N}`;
  if (!isRecord(one.facts) || Object.keys(one.facts).length > MOST_FACTS)
    return `expected facts, an object of at most ${MOST_FACTS} values`;
  for (const [name, value] of Object.entries(one.facts))
    if (!isText(name, 60) || !isValue(value)) return `expected a plain value in facts.${name.slice(0, 60)}`;
  return null;
}

function readOne(one: Record<string, unknown>): Milestone {
  const { kind, id, at, n, agency, division, facts } = one as unknown as Milestone;
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  return { kind, id, at, n, source: text(one.source), agency, division, item: text(one.item), facts };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isValue(value: unknown): value is MilestoneValue {
  if (value === null || typeof value === 'boolean') return true;
  return typeof value === 'number' ? Number.isFinite(value) : isText(value, 20_000);
}

/** PostgreSQL holds neither U+0000 nor half a surrogate pair. */
function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length <= longest && value.isWellFormed() && !value.includes('\u0000');
}

/** 1970 to 2200: what a timestamp and a calendar can be asked about. */
function isInstant(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < 7_258_118_400_000;
}
