import type { Viewer } from '@gnomon/identity';
import { type GraphQLArgument, getNamedType, isInputObjectType } from 'graphql';
import { absentLike } from './answers.ts';
import type { PlantedHub } from './planted-hub.ts';
import { type PlantedRow, sees } from './planted-rows.ts';

/** A text by which a list can be asked about somebody's rows. */
export interface Probe {
  readonly name: string;
  readonly isInFilter: boolean;
  readonly isList: boolean;
}

/**
 * Every text by which some list can be asked: with which part of others' rows it is tried, or with the ids of which of their rows; `null` where
 * it asks for what is published. A text that is not here fails the matrix.
 */
export const PROBED: Readonly<Record<string, string | null>> = {
  agency: 'agency',
  division: 'division',
  source: 'source',
  workItem: 'WorkItem',
  project: 'Project',
  card: 'Card',
  batchId: 'intake_batch',
  /** Published places, names and codes. */
  within: null,
  name: null,
  department: null,
  basicCode: null,
  item: null,
  code: null,
  scope: null,
  id: null,
  indicator: null,
  indicators: null,
  rule: null,
  domain: null,
  period: null,
  /** A kind of acts, and who did them: asked by readers of the whole log. */
  kind: null,
  by: null,
  /** States in the words of each domain. */
  state: null,
  /** Texts of rules that are rehearsed: what they judge is the asker's. */
  text: null,
  with: null,
  /** Asked by whoever has it: tried with the links themselves. */
  link: null,
};
const PAGING = new Set(['first', 'after']);
const TEXTS = new Set(['ID', 'String']);

/** The texts by which a field can be asked, beside an id that is all it asks for. */
export function probesOf(args: readonly GraphQLArgument[]): readonly Probe[] {
  const of = (isInFilter: boolean, fields: readonly Pick<GraphQLArgument, 'name' | 'type'>[]) =>
    fields
      .filter(({ name, type }) => TEXTS.has(getNamedType(type).name) && !PAGING.has(name))
      .map(({ name, type }) => ({ name, isInFilter, isList: String(type).startsWith('[') }));
  const type = getNamedType(args.find(({ name }) => name === 'filter')?.type);
  return [...of(false, args), ...of(true, isInputObjectType(type) ? Object.values(type.getFields()) : [])];
}

/** The argument that asks for one value. */
export function asking(
  { name, isInFilter, isList }: Probe,
  values: readonly string[],
): Readonly<Record<string, unknown>> {
  const given = { [name]: isList ? values : values[0] };
  return isInFilter ? { filter: given } : given;
}

/** A value of another's, and one that nobody has. */
export interface Pair {
  readonly other: string;
  readonly nobody: string;
}

/** The value to try the probe with: of rows of which the viewer sees none; `null` where everything is his, or nothing of the kind is there. */
export function pairOf(hub: PlantedHub, name: string, viewer: Viewer | null, probe: Probe): Pair | null {
  const by = PROBED[probe.name] ?? null;
  if (by === null) return null;
  const known = hub.memoOf(`${name} ${by} ${JSON.stringify(viewer)}`, () => findPair(hub, name, viewer, by));
  return known as Pair | null;
}

/** An agency and a division that nobody has. */
export const NOBODYS = { agency: '91150100MA0NOBODY0', division: '159999', source: 'nobodys-source' } as const;

/** Somebody of the same role to whom nothing belongs. */
export const strangerLike = (viewer: Viewer): Viewer => ({
  ...viewer,
  id: `${viewer.id}-stranger`,
  agency: viewer.agency === null ? null : NOBODYS.agency,
  division: viewer.division === null ? null : NOBODYS.division,
  sources: viewer.sources.length === 0 ? [] : [NOBODYS.source],
});

function findPair(hub: PlantedHub, name: string, viewer: Viewer | null, by: string): Pair | null {
  if (by !== 'agency' && by !== 'division' && by !== 'source') {
    const ids = hub.rows.filter(({ type, domain }) => type === by && (by !== 'intake_batch' || domain === name));
    const other = ids.find((row) => !sees(viewer, row));
    return other === undefined
      ? null
      : { other: other.id, nobody: absentLike(other.id, new Set(ids.map(({ id }) => id))) };
  }
  const rows = hub.ownRows(name);
  const foreign = hub.foreignTo(viewer, name);
  const seen = hub.memoOf(`seen ${name} ${JSON.stringify(viewer)}`, () => rows.filter((row) => sees(viewer, row)));
  const own = new Set(seen.map((row) => row[by]));
  const other = rows.find((row) => row[by] && !own.has(row[by]) && (by === 'source' || foreign.has(row.agency)));
  if (other === undefined || (by === 'division' && overlaps(hub, viewer, other.division!))) return null;
  return { other: other[by]!, nobody: NOBODYS[by] };
}

/** Whether something of the viewer's own can lie in the other's place: an agency's rows are asked for by the division that it shares. */
function overlaps(hub: PlantedHub, viewer: Viewer | null, division: string): boolean {
  if (viewer?.division) return viewer.division.startsWith(division);
  return hub.rows.some((row: PlantedRow) => row.division?.startsWith(division) === true && sees(viewer, row));
}
