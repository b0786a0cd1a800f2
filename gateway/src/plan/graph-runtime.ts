import { createHash } from 'node:crypto';
import { trace } from '@opentelemetry/api';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import {
  type FetchNode,
  type Operation,
  operationFromDocument,
  type QueryPlan,
  QueryPlanner,
  type Schema,
  Supergraph,
} from '../apollo.ts';
import { LeastRecentMap } from '../least-recent.ts';
import { compilePlan, type PlanStep, PlanSurprise } from './plan-runner.ts';
import { compileResponseShape, type ResponseShape } from './response-shape.ts';

/** An operation made ready once for a graph. */
export interface CompiledOperation {
  readonly document: DocumentNode;
  readonly node: OperationDefinitionNode;
  readonly operation: Operation;
  readonly plan: QueryPlan;
  /** The fetch whose answers are the events, for a subscription. */
  readonly primary: FetchNode | null;
  /** `null` where the stock executor runs the plan. For a subscription: what comes after the primary fetch, if anything does. */
  readonly step: PlanStep | null;
  readonly shape: ResponseShape | null;
}

/** A supergraph made ready: immutable; a reload makes a new one beside it. */
export interface GraphRuntime {
  readonly id: string;
  readonly supergraphSdl: string;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly supergraphSchema: GraphQLSchema;
  readonly apiSchema: Schema;
  readonly subgraphs: ReadonlyArray<{ readonly name: string; readonly url: string }>;
  /** Parsed and validated once per text; the errors otherwise. */
  prepare(text: string): DocumentNode | readonly GraphQLError[];
  /** Plans once per text and operation name. @throws {GraphQLError} when the operation is not there. */
  compile(document: DocumentNode, text: string, operationName: string | null | undefined): CompiledOperation;
  /** Texts whose plans are held, newest last, so that a reload can warm them. */
  knownTexts(): ReadonlyArray<{ readonly text: string; readonly operationName: string | null }>;
}

const OPERATIONS_HELD = 500;
/** A longer text is planned each time: comments are not tokens, and a key of megabytes is not worth its memory. */
const LONGEST_TEXT_HELD = 20_000;
const tracer = trace.getTracer('@gnomon/gateway');

/** @throws when the supergraph is invalid. `maxTokens` bounds every text that is parsed. */
export function createGraphRuntime(supergraphSdl: string, options: { readonly maxTokens: number }): GraphRuntime {
  const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: true });
  const apiSchema = supergraph.apiSchema();
  const schema = apiSchema.toGraphQLJSSchema();
  const supergraphSchema = supergraph.schema.toGraphQLJSSchema();
  const planner = new QueryPlanner(supergraph, { exposeDocumentNodeInFetchNode: true });
  const prepared = new LeastRecentMap<string, DocumentNode | readonly GraphQLError[]>(OPERATIONS_HELD);
  const compiled = new LeastRecentMap<string, CompiledOperation>(OPERATIONS_HELD);

  return {
    id: createHash('sha256').update(supergraphSdl).digest('hex').slice(0, 16),
    supergraphSdl,
    schema,
    supergraphSchema,
    apiSchema,
    subgraphs: [...supergraph.subgraphsMetadata()].map(({ name, url }) => ({ name, url: url ?? '' })),
    prepare(text) {
      const known = prepared.get(text);
      if (known) return known;
      const fresh = parseAndValidate(schema, text, options.maxTokens);
      if (text.length <= LONGEST_TEXT_HELD) prepared.set(text, fresh);
      return fresh;
    },
    compile(document, text, operationName) {
      const key = JSON.stringify([operationName ?? null, text]);
      const known = compiled.get(key);
      if (known) return known;
      const fresh = tracer.startActiveSpan('gateway.plan', (span) => {
        try {
          return compileOperation(apiSchema, planner, document, operationName);
        } finally {
          span.end();
        }
      });
      if (text.length <= LONGEST_TEXT_HELD) compiled.set(key, fresh);
      return fresh;
    },
    knownTexts: () =>
      [...compiled.keys()].map((key) => {
        const [operationName, text] = JSON.parse(key) as [string | null, string];
        return { text, operationName };
      }),
  };
}

function parseAndValidate(
  schema: GraphQLSchema,
  text: string,
  maxTokens: number,
): DocumentNode | readonly GraphQLError[] {
  try {
    const document = parse(text, { maxTokens });
    const errors = validate(schema, document, undefined, { maxErrors: 20 });
    return errors.length === 0 ? document : errors.map(withoutSuggestions);
  } catch (error) {
    if (error instanceof GraphQLError) return [withCode(error, 'GRAPHQL_PARSE_FAILED')];
    throw error;
  }
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, {
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { code, ...error.extensions },
  });
}

/** Suggestions tell of fields that the viewer did not know; Apollo Server hides them over HTTP in the same way. */
function withoutSuggestions(error: GraphQLError): GraphQLError {
  const message = error.message.replace(/ ?Did you mean .+\?$/, '');
  return new GraphQLError(message, {
    nodes: error.nodes ?? null,
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED', ...error.extensions },
  });
}

/** The operation that a request names, or the only one. @throws {GraphQLError} naming what is missing. */
export function operationOf(document: DocumentNode, operationName: string | null | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const found = operationName
    ? operations.find((operation) => operation.name?.value === operationName)
    : operations.length === 1
      ? operations[0]
      : undefined;
  if (found) return found;
  const message = operationName
    ? `Unknown operation named "${operationName}".`
    : operations.length === 0
      ? 'Must provide an operation.'
      : 'Must provide operation name if query contains multiple operations.';
  throw new GraphQLError(message, {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE', messageZh: '没有指明要执行的操作' },
  });
}

function compileOperation(
  apiSchema: Schema,
  planner: QueryPlanner,
  document: DocumentNode,
  operationName: string | null | undefined,
): CompiledOperation {
  const node = operationOf(document, operationName);
  const operation = operationFromDocument(apiSchema, document, operationName ? { operationName } : {});
  const plan = planner.buildQueryPlan(operation);
  const isSubscription = plan.node?.kind === 'Subscription';
  const primary = plan.node?.kind === 'Subscription' ? plan.node.primary : null;
  const rest = plan.node?.kind === 'Subscription' ? plan.node.rest : plan.node;
  const base = { document, node, operation, plan, primary };
  try {
    const step =
      rest && (rest as { kind: string }).kind !== 'Subscription'
        ? compilePlan(rest as never, operation)
        : isSubscription
          ? () => {}
          : null;
    const shape = step ? compileResponseShape(operation) : null;
    return { ...base, step: shape ? step : null, shape };
  } catch (error) {
    if (error instanceof PlanSurprise) return { ...base, step: null, shape: null };
    throw error;
  }
}
