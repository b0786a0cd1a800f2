import type { Viewer } from '@gnomon/identity';
import { type GraphQLField, type GraphQLSchema, isObjectType, isRequiredArgument } from 'graphql';
import { keysOf } from './coordinates.ts';
import { GIVEN, OWN } from './examples.ts';
import { type Entry, MATRIX } from './matrix.ts';
import type { PlantedHub, Request } from './planted-hub.ts';
import type { PlantedRow } from './planted-rows.ts';
import type { Policy } from './policies.ts';
import { referenceRequest, sampleOf, wholeRequest } from './requests.ts';
import { type Column, viewersAround } from './viewers.ts';

const PAGE = 12;

/** A door of a subgraph, and how it is asked. */
export interface Door {
  readonly name: string;
  readonly coordinate: string;
  readonly policy: Policy;
  /** Ids that are of the type it is asked with. */
  readonly ids: readonly PlantedRow[];
  /** The viewers that are at home where most of these are. */
  readonly viewers: Readonly<Record<Column, Viewer | null>>;
  request(id: string | null, more?: Readonly<Record<string, unknown>>): Request;
  /** The request of a viewer about something of his own, where that differs. */
  requestOf(viewer: Viewer | null, row: PlantedRow | null): Request;
  readonly field: GraphQLField<unknown, unknown> | null;
}

/** Types of which each subgraph has its own. */
const IN_EACH = new Set(['intake_batch', 'refused_row']);

/** The door of this name, in the subgraph. */
export const doorAt = (hub: PlantedHub, name: string, coordinate: string): Door =>
  hub.memoOf(`door ${name} ${coordinate}`, () => findDoor(hub, name, coordinate));

function findDoor(hub: PlantedHub, name: string, coordinate: string): Door {
  const entry: Entry | undefined = MATRIX[name]?.[coordinate];
  const [policy, word, of = ''] = (entry ?? 'published').split(' ') as [Policy, string?, string?];
  const [type, column] = of.split('.');
  const byType = hub.memoOf('rows by type', () => Map.groupBy(hub.rows, (row) => row.type));
  const rows = (byType.get(type ?? '') ?? []).filter((row) => !IN_EACH.has(row.type) || row.domain === name);
  const ids = (word === 'of' ? rows : [])
    .map((row) => (column === undefined ? row : { ...row, id: (column === 'number' ? row.number : row.agency) ?? '' }))
    .filter(({ id }) => id !== '');
  const viewers = viewersAround(middleOf(hub, name, rows));
  const door = { name, coordinate, policy, ids, viewers };
  const [kind, member] = coordinate.split('.') as [string, string];
  return kind === '_entities' ? referenceDoor(hub, door, member) : fieldDoor(hub.schemaOf(name), door, kind, member);
}

/** The keys of a subgraph's entities. */
export const keysAt = (hub: PlantedHub, name: string): ReturnType<typeof keysOf> =>
  hub.memoOf(`keys ${name}`, () => keysOf(hub.schemaOf(name), hub.hub.subgraph(name).typeDefs));

type Start = Omit<Door, 'request' | 'requestOf' | 'field'>;

function referenceDoor(hub: PlantedHub, door: Start, member: string): Door {
  const schema = hub.schemaOf(door.name);
  const key = keysAt(hub, door.name).get(member)!;
  const object = schema.getType(member);
  if (!isObjectType(object)) throw new Error(`${door.name} ${door.coordinate}: an object type was expected`);
  const given = GIVEN[`${door.name} ${door.coordinate}`] ?? {};
  const request = (id: string | null) =>
    referenceRequest(schema, object, { __typename: member, [key]: id ?? Object.values(given)[0] });
  return { ...door, request, requestOf: (_viewer, row) => request(row?.id ?? null), field: null };
}

function fieldDoor(schema: GraphQLSchema, door: Start, kind: string, member: string): Door {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const field = roots.find((one) => one?.name === kind)!.getFields()[member]!;
  const given = GIVEN[`${door.name} ${door.coordinate}`] ?? {};
  const required = field.args.filter(isRequiredArgument);
  const request: Door['request'] = (id, more = {}) => {
    const least = Object.fromEntries(required.map((one) => [one.name, sampleOf(one.type, id ?? 'none')]));
    const isNamed = id !== null && kind !== 'Mutation';
    const named = isNamed ? Object.fromEntries(required.slice(0, 1).map((one) => [one.name, id])) : {};
    const page = field.args.some((one) => one.name === 'first') ? { first: PAGE } : {};
    const args = { ...least, ...page, ...filled(given, { id }), ...named, ...more };
    return wholeRequest(schema, kind.toLowerCase() as 'query', field, args);
  };
  const own = OWN[`${door.name} ${door.coordinate}`];
  const requestOf: Door['requestOf'] = (viewer, row) => {
    const id = row?.id ?? null;
    const of = { division: row?.division ?? viewer?.division, source: viewer?.sources[0], agency: row?.agency };
    return request(id, own && filled(own, { ...of, id }));
  };
  return { ...door, request, requestOf, field };
}

/** Given arguments with `{id}` and the like in place. */
function filled(
  given: Readonly<Record<string, unknown>>,
  parts: Readonly<Record<string, string | null | undefined>>,
): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(given).replace(
    /\{(id|division|source|agency)\}/g,
    (_, name: string) => parts[name] ?? 'none',
  );
  return JSON.parse(text) as Record<string, unknown>;
}

/** Whose viewers ask: the agency that was planted with everything, where it has such rows; else the banner's agency that has most. */
function middleOf(hub: PlantedHub, name: string, rows: readonly PlantedRow[]): PlantedRow {
  const planted = hub.planted.places[0]!.row;
  const some = rows.length > 0 ? rows : hub.ownRows(name);
  if (name === 'supervision' && rows.length === 0) return planted;
  const own = some.filter(({ agency, division }) => agency !== '' && division !== null && division !== '');
  if (own.length === 0) return planted;
  const counted = [...Map.groupBy(own, ({ agency }) => agency).values()];
  const weight = ([one, ...more]: readonly PlantedRow[]): number =>
    (one!.agency === planted.agency ? 1_000_000 : 0) + (one!.division!.length === 6 ? 10_000 : 0) + more.length;
  const [best] = counted.sort((one, other) => weight(other) - weight(one));
  const [first] = best!;
  const pushed = hub.ownRows(name).filter(({ agency }) => agency === first!.agency);
  return { ...first!, source: [...best!, ...pushed].find(({ source }) => source !== null)?.source ?? null };
}
