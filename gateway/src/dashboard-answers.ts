import type { CardDensityQuery } from '../generated/documents.ts';

/** What a client has of an answer. */
interface Answer {
  readonly data?: unknown;
  readonly errors?: ReadonlyArray<{
    readonly path?: ReadonlyArray<string | number>;
    readonly extensions?: Readonly<Record<string, unknown>>;
  }>;
}

/** A part of an answer that a domain could not give. */
export interface Hole {
  /** Name of the domain's subgraph. */
  readonly domain: string;
  /** Names of the root fields that are missing or incomplete for it, sorted. */
  readonly fields: readonly string[];
}

/** The domains that could not answer, each with what is missing for it; empty when the answer is whole (law 11). */
export function holesOf({ errors = [] }: Answer): readonly Hole[] {
  const holes = new Map<string, Set<string>>();
  for (const { path, extensions } of errors) {
    const domain = extensions?.serviceName;
    if (typeof domain !== 'string') continue;
    const fields = holes.get(domain) ?? new Set();
    if (path?.[0] !== undefined) fields.add(String(path[0]));
    holes.set(domain, fields);
  }
  return [...holes].map(([domain, fields]) => ({ domain, fields: [...fields].sort() }));
}

/** As of when each domain of an answer speaks, in ISO text; a domain that is away is not in it. */
export function asOfsOf({ data }: Answer): ReadonlyMap<string, string> {
  const asOfs = new Map<string, string>();
  for (const value of Object.values((data ?? {}) as Record<string, unknown>)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    const { domain, at, domains } = value as { domain?: unknown; at?: unknown; domains?: unknown };
    if (typeof domain === 'string' && typeof at === 'string') asOfs.set(domain, at);
    else if (Array.isArray(domains) && typeof at === 'string') asOfs.set('supervision', at);
  }
  return asOfs;
}

/** One agency in the order of card density. */
export interface AgencyDensity {
  readonly agencyCode: string;
  readonly name: { readonly zh: string; readonly en: string } | null;
  readonly yellow: number | null;
  readonly red: number | null;
  /** Yellow cards once, red cards three times; `null` when supervision is away. */
  readonly numerator: number | null;
  /** Work items; `null` when their domain is away. */
  readonly denominator: number | null;
  /** Numerator over 10,000 work items; `null` when either is away, or when there are none. */
  readonly density: number | null;
}

const RED_WEIGHT = 3;
const PER_WORK_ITEMS = 10_000;

/** The agencies of an answer, highest density first, then by cards. A domain that is away is a null, never a zero. */
export function cardDensityOf({ agencyCards, workItemCounts }: CardDensityQuery): readonly AgencyDensity[] {
  const cards = new Map(agencyCards?.map((row) => [row.agencyCode, row]));
  const counts = new Map(workItemCounts?.map((row) => [row.agencyCode, row]));
  const agencies = [...new Set([...cards.keys(), ...counts.keys()])].map((agencyCode): AgencyDensity => {
    const yellow = agencyCards === null ? null : (cards.get(agencyCode)?.yellow ?? 0);
    const red = agencyCards === null ? null : (cards.get(agencyCode)?.red ?? 0);
    const numerator = yellow === null || red === null ? null : yellow + RED_WEIGHT * red;
    const denominator = workItemCounts === null ? null : (counts.get(agencyCode)?.count ?? 0);
    const density = numerator === null || !denominator ? null : (numerator * PER_WORK_ITEMS) / denominator;
    const name = cards.get(agencyCode)?.agency?.name ?? counts.get(agencyCode)?.agency?.name ?? null;
    return { agencyCode, name, yellow, red, numerator, denominator, density };
  });
  return agencies.sort(
    (a, b) =>
      (b.density ?? -1) - (a.density ?? -1) ||
      (b.numerator ?? -1) - (a.numerator ?? -1) ||
      (a.agencyCode < b.agencyCode ? -1 : 1),
  );
}
