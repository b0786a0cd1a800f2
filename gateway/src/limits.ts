import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLError,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { refusal } from './refusals.ts';

/** What the edge allows. One rule for HTTP and WebSocket alike. */
export interface Limits {
  /** Lexical tokens of a document. */
  readonly maxTokens: number;
  /** Levels of fields. */
  readonly maxDepth: number;
  /** Renamed fields of an operation. */
  readonly maxAliases: number;
  /** Fields that an answer could hold at most, a list counted with its size. */
  readonly maxCost: number;
  /** Size that a list counts with when no `first`, `last` or `limit` says it. */
  readonly assumedListSize: number;
  readonly maxBodyBytes: number;
  /** Largest WebSocket message that a client may send. */
  readonly maxPayloadBytes: number;
  readonly initTimeoutMs: number;
  readonly connectionsPerPrincipal: number;
  readonly subscriptionsPerPrincipal: number;
  /** Finished frames that a pipeline keeps. */
  readonly ringFrames: number;
  /** Events of one pipeline that are completed at the same time. */
  readonly completionsAtOnce: number;
  readonly subgraphTimeoutMs: number;
}

/** Limits for a hub of one region; a configuration may set each. */
export const DEFAULT_LIMITS: Limits = {
  maxTokens: 4_000,
  maxDepth: 16,
  maxAliases: 60,
  maxCost: 200_000,
  assumedListSize: 10,
  maxBodyBytes: 8 * 1024 * 1024,
  maxPayloadBytes: 64 * 1024,
  initTimeoutMs: 10_000,
  connectionsPerPrincipal: 200,
  subscriptionsPerPrincipal: 1_000,
  ringFrames: 1_024,
  completionsAtOnce: 32,
  subgraphTimeoutMs: 30_000,
};

/** Fragments make the walked tree exponentially larger than the text; the walk itself stops here. */
const MAX_VISITS = 50_000;
const SIZE_ARGUMENTS = new Set(['first', 'last', 'limit']);
const CONNECTION_LISTS = new Set(['edges', 'nodes']);

interface Walk {
  readonly schema: GraphQLSchema;
  readonly limits: Limits;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  visits: number;
  aliases: number;
  depth: number;
}

/**
 * Weighs a valid operation. A list costs its size times its fields; the size is the argument `first`, `last` or `limit` of the list
 * or of the connection around it. Introspection is not weighed.
 * @returns the refusal, or `null` when the operation is within the limits.
 */
export function refusedByLimits(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema,
  limits: Limits,
): GraphQLError | null {
  const root = schema.getRootType(operation.operation);
  if (!root) return null;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const walk: Walk = { schema, limits, variables, fragments, visits: 0, aliases: 0, depth: 0 };
  const cost = costOf(walk, operation.selectionSet, root, 1, null);
  if (walk.depth > limits.maxDepth) return tooDeep(walk.depth, limits);
  if (walk.aliases > limits.maxAliases) return tooManyAliases(walk.aliases, limits);
  if (walk.visits > MAX_VISITS || cost > limits.maxCost) return tooExpensive(cost, limits);
  return null;
}

function costOf(
  walk: Walk,
  set: SelectionSetNode,
  parent: GraphQLCompositeType,
  depth: number,
  sizeAbove: number | null,
): number {
  let cost = 0;
  if (depth > walk.depth) walk.depth = depth;
  for (const selection of set.selections) {
    if (++walk.visits > MAX_VISITS) return Number.POSITIVE_INFINITY;
    if (selection.kind === Kind.FIELD) {
      cost += costOfField(walk, selection, parent, depth, sizeAbove);
    } else {
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : walk.fragments.get(selection.name.value);
      if (!fragment) continue;
      const condition = fragment.typeCondition ? walk.schema.getType(fragment.typeCondition.name.value) : parent;
      if (isCompositeType(condition)) cost += costOf(walk, fragment.selectionSet, condition, depth, sizeAbove);
    }
  }
  return cost;
}

function costOfField(
  walk: Walk,
  field: FieldNode,
  parent: GraphQLCompositeType,
  depth: number,
  sizeAbove: number | null,
): number {
  const name = field.name.value;
  if (field.alias && field.alias.value !== name) walk.aliases++;
  if (name.startsWith('__')) return 0;
  const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
  if (!definition) return 1;
  const own = ownSize(walk, field);
  const type = isNonNullType(definition.type) ? definition.type.ofType : definition.type;
  const isList = isListType(type);
  const times = isList ? (own ?? (CONNECTION_LISTS.has(name) ? sizeAbove : null) ?? walk.limits.assumedListSize) : 1;
  const inner = getNamedType(type);
  if (!field.selectionSet || !isCompositeType(inner)) return times;
  return times * (1 + costOf(walk, field.selectionSet, inner, depth + 1, isList ? null : own));
}

function ownSize(walk: Walk, field: FieldNode): number | null {
  for (const argument of field.arguments ?? []) {
    if (!SIZE_ARGUMENTS.has(argument.name.value)) continue;
    const { value } = argument;
    const size =
      value.kind === Kind.INT
        ? Number(value.value)
        : value.kind === Kind.VARIABLE
          ? walk.variables[value.name.value]
          : null;
    if (typeof size === 'number' && size >= 0) return size;
  }
  return null;
}

function tooExpensive(cost: number, limits: Limits): GraphQLError {
  const came = Number.isFinite(cost) ? `could answer ${cost} fields` : 'is too large to be weighed';
  return refusal('QUERY_TOO_EXPENSIVE', {
    zh: `查询过大：最多允许 ${limits.maxCost} 个字段。请减小每页条数（first）或分页查询`,
    en: `The operation ${came}; at most ${limits.maxCost} are allowed. Ask for smaller pages (first) or fewer nested lists`,
  });
}
function tooDeep(depth: number, limits: Limits): GraphQLError {
  return refusal('QUERY_TOO_DEEP', {
    zh: `查询嵌套 ${depth} 层，最多允许 ${limits.maxDepth} 层。请拆分查询`,
    en: `The operation nests ${depth} levels of fields; at most ${limits.maxDepth} are allowed. Split it`,
  });
}
function tooManyAliases(aliases: number, limits: Limits): GraphQLError {
  return refusal('QUERY_TOO_MANY_ALIASES', {
    zh: `查询使用 ${aliases} 个别名，最多允许 ${limits.maxAliases} 个。请拆分查询`,
    en: `The operation renames ${aliases} fields; at most ${limits.maxAliases} are allowed. Split it`,
  });
}
