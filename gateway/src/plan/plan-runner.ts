import { SpanStatusCode, trace } from '@opentelemetry/api';
import { type DocumentNode, GraphQLError, type GraphQLSchema, parse } from 'graphql';
import {
  applyRewrites,
  ERRORS,
  errorCodeDef,
  evaluateCondition,
  type FetchNode,
  type Operation,
  type PlanNode,
} from '../apollo.ts';
import type { EdgeContext, SubgraphAnswer, SubgraphError, SubgraphFetch } from '../types.ts';
import { mergeInto } from './merge.ts';
import { pathsOfRows, representationOf, rowsAt } from './representations.ts';

type Row = Record<string, unknown>;
type Path = readonly (string | number)[];

/** What one run of a plan needs besides the plan. */
export interface PlanRun {
  readonly supergraphSchema: GraphQLSchema;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: EdgeContext;
  /** Asks a subgraph; `isEntities` fetches may be batched with others of equal text. */
  ask(service: string, fetch: SubgraphFetch, isEntities: boolean): Promise<SubgraphAnswer>;
}
/** Runs one node of the plan on the data at `path`, merging into it; errors of subgraphs are pushed, never thrown. */
export type PlanStep = (run: PlanRun, at: Cursor) => Promise<void> | void;
interface Cursor {
  readonly path: Path;
  readonly rows: unknown;
  readonly whole: Row;
  readonly errors: GraphQLError[];
}

const tracer = trace.getTracer('@gnomon/gateway');

/** Thrown at compilation for a plan that the stock executor must run. */
export class PlanSurprise extends Error {}

/** Compiles a plan's node: documents are parsed once, paths and rewrites are bound. @throws {PlanSurprise} */
export function compilePlan(node: PlanNode, operation: Operation): PlanStep {
  switch (node.kind) {
    case 'Sequence': {
      const steps = node.nodes.map((child) => compilePlan(child, operation));
      return async (run, at) => {
        for (const step of steps) await step(run, at);
      };
    }
    case 'Parallel': {
      const steps = node.nodes.map((child) => compilePlan(child, operation));
      return async (run, at) => {
        await Promise.all(steps.map((step) => step(run, at)));
      };
    }
    case 'Flatten': {
      const step = compilePlan(node.node, operation);
      const { path } = node;
      if (path.some((part) => typeof part !== 'string')) throw new PlanSurprise('a path with a number');
      return (run, at) => {
        const rows = rowsAt(at.rows, path);
        return rows ? step(run, { ...at, rows, path: [...at.path, ...path] }) : undefined;
      };
    }
    case 'Condition': {
      const yes = node.ifClause ? compilePlan(node.ifClause, operation) : undefined;
      const no = node.elseClause ? compilePlan(node.elseClause, operation) : undefined;
      return (run, at) =>
        (evaluateCondition(node, operation.variableDefinitions, { ...run.variables }) ? yes : no)?.(run, at);
    }
    case 'Fetch':
      return compileFetch(node);
    default:
      throw new PlanSurprise(`a plan node of kind ${node.kind}`);
  }
}

/** Merges a subgraph's root answer as the primary fetch of a plan does: rewrites, then merge, errors with their paths. */
export function takeRootAnswer(
  node: FetchNode,
  answer: SubgraphAnswer,
  schema: GraphQLSchema,
  data: Row,
  errors: GraphQLError[],
): void {
  for (const error of answer.errors ?? []) errors.push(named(error, node.serviceName, error.path ?? undefined));
  if (!answer.data) return;
  applyRewrites(schema, node.outputRewrites, answer.data);
  mergeInto(data, answer.data);
}

function compileFetch(node: FetchNode): PlanStep {
  const document = node.operationDocumentNode ?? parse(node.operation, { noLocation: true });
  return (run, at) => {
    const rows = (
      Array.isArray(at.rows) ? at.rows.filter((row) => row !== null && row !== undefined) : [at.rows]
    ) as Row[];
    if (rows.length === 0) return;
    return tracer.startActiveSpan(
      'gateway.fetch',
      { attributes: { 'gnomon.subgraph': node.serviceName } },
      async (span) => {
        try {
          await (node.requires
            ? fetchEntities(node, document, run, at, rows)
            : fetchRoot(node, document, run, at, rows));
        } catch (cause) {
          const error = cause as Error;
          span.recordException(error);
          span.setStatus({ code: SpanStatusCode.ERROR });
          at.errors.push(
            error instanceof GraphQLError ? error : new GraphQLError(error.message, { originalError: error }),
          );
        } finally {
          span.end();
        }
      },
    );
  };
}

function requestOf(
  node: FetchNode,
  document: DocumentNode,
  run: PlanRun,
  representations: readonly Row[] | null,
): SubgraphFetch {
  const variables: Row = {};
  for (const name of node.variableUsages ?? []) {
    if (Object.hasOwn(run.variables, name) && run.variables[name] !== undefined) variables[name] = run.variables[name];
  }
  if (representations) {
    if ('representations' in variables) throw new Error('A variable may not be called "representations"');
    variables.representations = representations;
  }
  const base = { document, text: node.operation, variables, context: run.context };
  return node.operationName === undefined ? base : { ...base, operationName: node.operationName };
}

async function fetchRoot(
  node: FetchNode,
  document: DocumentNode,
  run: PlanRun,
  at: Cursor,
  rows: readonly Row[],
): Promise<void> {
  const answer = await run.ask(node.serviceName, requestOf(node, document, run, null), false);
  for (const error of answer.errors ?? []) {
    at.errors.push(named(error, node.serviceName, error.path && [...at.path, ...error.path]));
  }
  if (!answer.data) return;
  applyRewrites(run.supergraphSchema, node.outputRewrites, answer.data);
  for (const row of rows) mergeInto(row, answer.data);
}

async function fetchEntities(
  node: FetchNode,
  document: DocumentNode,
  run: PlanRun,
  at: Cursor,
  rows: readonly Row[],
): Promise<void> {
  const representations: Row[] = [];
  const owners: number[] = [];
  rows.forEach((row, index) => {
    const representation = representationOf(run.supergraphSchema, row, node.requires!);
    if (!representation?.__typename) return;
    applyRewrites(run.supergraphSchema, node.inputRewrites, representation);
    representations.push(representation);
    owners.push(index);
  });
  if (representations.length === 0) return;
  const answer = await run.ask(node.serviceName, requestOf(node, document, run, representations), true);
  pushEntityErrors(node, answer, at, owners);
  if (!answer.data) return;
  const entities = answer.data._entities;
  if (!Array.isArray(entities) || entities.length !== representations.length) {
    throw new Error(
      `Subgraph "${node.serviceName}" was asked for ${representations.length} entities and answered ` +
        `${Array.isArray(entities) ? entities.length : 'no list'}; its reference resolvers must give one entry (or null) for each`,
    );
  }
  entities.forEach((entity: Row | null, index) => {
    const row = rows[owners[index]!]!;
    if (!entity) return;
    if (!entity.__typename) entity.__typename = row.__typename;
    applyRewrites(run.supergraphSchema, node.outputRewrites, entity);
    mergeInto(row, entity);
  });
}

function pushEntityErrors(node: FetchNode, answer: SubgraphAnswer, at: Cursor, owners: readonly number[]): void {
  if (!answer.errors?.length) return;
  const paths = pathsOfRows(at.whole, at.path);
  for (const error of answer.errors) {
    const index = error.path?.[1];
    const path =
      typeof index === 'number'
        ? [...(paths[owners[index] ?? index] ?? []), ...(error.path ?? []).slice(2)]
        : error.path && [...at.path, ...error.path];
    at.errors.push(named(error, node.serviceName, path));
  }
}

/** A subgraph's error as the client sees it: with the path in the whole answer and the subgraph's name. */
function named(error: SubgraphError, serviceName: string, path: Path | undefined): GraphQLError {
  const message = error.message || `Subgraph "${serviceName}" refused without a message`;
  const options = { ...(path ? { path } : {}), extensions: { ...error.extensions, serviceName } };
  const code = error.extensions?.code;
  const known = typeof code === 'string' ? errorCodeDef(code) : undefined;
  if (!known && code) return new GraphQLError(message, options);
  return (known ?? ERRORS.DOWNSTREAM_SERVICE_ERROR).err(message, options);
}
