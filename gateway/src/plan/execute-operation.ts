import { GraphQLError, getVariableValues } from 'graphql';
import { computeResponse, executeQueryPlan, type GraphQLDataSource } from '../apollo.ts';
import { refusal } from '../refusals.ts';
import type { EdgeContext, SubgraphAnswer, SubgraphFetch } from '../types.ts';
import type { CompiledOperation, GraphRuntime } from './graph-runtime.ts';
import { takeRootAnswer } from './plan-runner.ts';
import { ShapeSurprise } from './response-shape.ts';

type Row = Record<string, unknown>;

/** How an execution reaches the subgraphs, and whom it tells that the stock executor had to decide. */
export interface ExecutionPorts {
  ask(service: string, fetch: SubgraphFetch, isEntities: boolean): Promise<SubgraphAnswer>;
  onSurprise(stage: 'plan' | 'shape', reason: string): void;
}
/** What the stock executor gives as well. */
export interface ExecutionAnswer {
  readonly data?: Row | null;
  readonly errors?: readonly GraphQLError[];
  readonly extensions?: Row;
}

/**
 * Runs an operation. `primed` is the answer of a subscription's primary fetch, of which the rest of the plan makes one event.
 * What the compiled plan or shape was not made for goes to the stock executor, with the same data where it was already fetched.
 */
export async function executeOperation(
  runtime: GraphRuntime,
  compiled: CompiledOperation,
  variables: Readonly<Row>,
  context: EdgeContext,
  ports: ExecutionPorts,
  primed?: SubgraphAnswer,
): Promise<ExecutionAnswer> {
  if (compiled.primary && !primed) return { errors: [overHttp()] };
  const { errors: badVariables } = getVariableValues(
    runtime.schema,
    compiled.node.variableDefinitions ?? [],
    variables,
  );
  if (badVariables) return { errors: badVariables.map(badUserInput) };
  if (!compiled.step) {
    ports.onSurprise('plan', 'not compiled');
    return executeStock(runtime, compiled, variables, context, ports, primed);
  }
  const data: Row = {};
  const errors: GraphQLError[] = [];
  if (primed) takeRootAnswer(compiled.primary!, primed, runtime.supergraphSchema, data, errors);
  const run = { supergraphSchema: runtime.supergraphSchema, variables, context, ask: ports.ask };
  await compiled.step(run, { path: [], rows: data, whole: data, errors });
  return shaped(runtime, compiled, variables, data, errors, ports);
}

function shaped(
  runtime: GraphRuntime,
  compiled: CompiledOperation,
  variables: Readonly<Row>,
  data: Row,
  errors: GraphQLError[],
  ports: ExecutionPorts,
): ExecutionAnswer {
  if (compiled.shape) {
    try {
      const shape = compiled.shape(data, variables);
      return errors.length === 0 ? { data: shape } : { errors, data: shape };
    } catch (surprise) {
      if (!(surprise instanceof ShapeSurprise)) throw surprise;
      ports.onSurprise('shape', surprise.message);
    }
  }
  try {
    const { data: completed, errors: completion } = computeResponse({
      operation: compiled.operation,
      variables: { ...variables },
      input: data,
      introspectionHandling: () => {
        throw new Error(`introspection in ${runtime.id} is answered by the stock executor`);
      },
    });
    const answer = completed as Row | null;
    if (errors.length > 0) return { errors, data: answer };
    return completion.length > 0 ? { data: answer, extensions: { valueCompletion: completion } } : { data: answer };
  } catch (cause) {
    return {
      errors: [
        cause instanceof GraphQLError
          ? cause
          : new GraphQLError((cause as Error).message, { originalError: cause as Error }),
      ],
    };
  }
}

/** Apollo's own executor over the same subgraphs; the judge of the compiled one, and its refuge. */
export async function executeStock(
  runtime: GraphRuntime,
  compiled: CompiledOperation,
  variables: Readonly<Row>,
  context: EdgeContext,
  ports: Pick<ExecutionPorts, 'ask'>,
  primed?: SubgraphAnswer,
): Promise<ExecutionAnswer> {
  const sources: Record<string, GraphQLDataSource> = {};
  for (const { name } of runtime.subgraphs) sources[name] = dataSource(name, context, ports, compiled, primed);
  const { plan, primary } = compiled;
  const rest = plan.node?.kind === 'Subscription' ? plan.node.rest : undefined;
  const executable = primary
    ? { kind: 'QueryPlan' as const, node: rest ? { kind: 'Sequence' as const, nodes: [primary, rest] } : primary }
    : plan;
  const requestContext = { request: { variables: { ...variables } }, context, metrics: {}, logger: console };
  const operationContext = { schema: runtime.schema, operation: compiled.node, fragments: fragmentsOf(compiled) };
  // Of a request the stock executor reads these members only.
  return (await executeQueryPlan(
    executable,
    sources,
    requestContext as never,
    operationContext as never,
    runtime.supergraphSchema,
    runtime.apiSchema,
  )) as ExecutionAnswer;
}

function dataSource(
  name: string,
  context: EdgeContext,
  ports: Pick<ExecutionPorts, 'ask'>,
  compiled: CompiledOperation,
  primed: SubgraphAnswer | undefined,
): GraphQLDataSource {
  let isPrimed = primed !== undefined && compiled.primary?.serviceName === name;
  return {
    async process({ request, ...options }) {
      if (isPrimed && request.query === compiled.primary?.operation) {
        isPrimed = false;
        return primed as never;
      }
      const document = 'document' in options ? options.document : undefined;
      const variables = { ...request.variables };
      const fetch = { document: document!, text: request.query ?? '', variables, context };
      const named = request.operationName ? { ...fetch, operationName: request.operationName } : fetch;
      return (await ports.ask(name, named, 'representations' in variables)) as never;
    },
  };
}

function fragmentsOf(compiled: CompiledOperation): Record<string, unknown> {
  const fragments: Record<string, unknown> = Object.create(null);
  for (const definition of compiled.document.definitions) {
    if (definition.kind === 'FragmentDefinition') fragments[definition.name.value] = definition;
  }
  return fragments;
}

/** A variable that does not fit its type, by the code that clients know; without the coercion's own error, which is no bug of ours. */
export function badUserInput(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    extensions: { code: 'BAD_USER_INPUT', messageZh: '变量的值不符合其类型' },
  });
}

function overHttp(): GraphQLError {
  return refusal('SUBSCRIPTION_OVER_HTTP', {
    zh: '订阅须通过 WebSocket（graphql-transport-ws）打开',
    en: 'A subscription was asked for without a stream. Open it over WebSocket with the protocol graphql-transport-ws at the same path',
  });
}
