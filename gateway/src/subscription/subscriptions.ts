import { type GraphQLError, getVariableValues } from 'graphql';
import { claimClass, contextOfClass } from '../claim-class.ts';
import {
  badUserInput,
  type ExecutionAnswer,
  type ExecutionPorts,
  executeOperation,
} from '../plan/execute-operation.ts';
import type { CompiledOperation, GraphRuntime } from '../plan/graph-runtime.ts';
import { refusal } from '../refusals.ts';
import type { EdgeContext, EdgeRequest, EdgeResult, SubgraphAnswer, SubgraphClient } from '../types.ts';
import { schemaChanged } from './endings.ts';
import { type Frame, makeFrame } from './frame.ts';
import {
  cursorOf,
  type FrameSink,
  Pipeline,
  type PipelineOptions,
  type PipelineSource,
  type Reader,
} from './pipeline.ts';
import { type ResumablePrimary, resumablePrimary } from './resumable-primary.ts';

type Row = Record<string, unknown>;

/** What subscriptions need of the gateway around them. */
export interface SubscriptionPorts {
  clientOf(service: string): SubgraphClient;
  readonly execution: ExecutionPorts;
  readonly pipeline: Omit<PipelineOptions, 'onEmpty'>;
  /** Makes an answer presentable: errors formatted, bugs masked. */
  present(answer: ExecutionAnswer): EdgeResult;
  onPipelines(count: number): void;
  onBug(cause: unknown): void;
}
/** All subscriptions of a gateway. */
export interface Subscriptions {
  /** Joins a subscription that passed the limits. `operation.after` is the cursor from the request's extensions. */
  join(operation: SubscribedOperation, sink: FrameSink): Reader | readonly GraphQLError[];
  /** Takes a new graph: keeps, reopens or ends each pipeline. */
  reload(runtime: GraphRuntime): void;
  readonly pipelineCount: number;
  close(): void;
}
export interface SubscribedOperation {
  readonly runtime: GraphRuntime;
  readonly compiled: CompiledOperation;
  readonly request: EdgeRequest;
  readonly context: EdgeContext;
}
interface Entry {
  readonly pipeline: Pipeline;
  readonly request: EdgeRequest;
  readonly variables: Row;
  readonly context: EdgeContext;
}

export function createSubscriptions(ports: SubscriptionPorts): Subscriptions {
  const entries = new Map<string, Entry>();
  const primaries = new WeakMap<CompiledOperation, ResumablePrimary>();

  const primaryOf = (compiled: CompiledOperation, runtime: GraphRuntime): ResumablePrimary => {
    const known = primaries.get(compiled) ?? resumablePrimary(compiled, runtime.schema);
    primaries.set(compiled, known);
    return known;
  };

  const open = (key: string, { runtime, compiled, request, context }: SubscribedOperation, variables: Row): Entry => {
    const shared = contextOfClass(context, claimClass(context));
    const source = pipelineSource(ports, runtime, compiled, primaryOf(compiled, runtime), variables, shared);
    const pipeline = new Pipeline(source, {
      ...ports.pipeline,
      onEmpty() {
        if (entries.get(key)?.pipeline === pipeline) entries.delete(key);
        ports.onPipelines(entries.size);
      },
    });
    const entry = { pipeline, request, variables, context: shared };
    entries.set(key, entry);
    ports.onPipelines(entries.size);
    return entry;
  };

  return {
    join(operation, sink) {
      const { runtime, compiled, request, context } = operation;
      const given = request.variables ?? {};
      const { errors } = getVariableValues(runtime.schema, compiled.node.variableDefinitions ?? [], given);
      if (errors) return errors.map(badUserInput);
      const primary = primaryOf(compiled, runtime);
      const after = wantedCursor(request, primary);
      if (typeof after === 'object' && after !== null) return [after.refused];
      const variables = sharedVariables(compiled, given, primary);
      const key = JSON.stringify([
        claimClass(context),
        request.query,
        request.operationName ?? null,
        sorted(variables),
      ]);
      const entry = entries.get(key) ?? open(key, operation, variables);
      return entry.pipeline.join(sink, after);
    },
    reload(runtime) {
      for (const [key, { pipeline, request, variables, context }] of [...entries]) {
        const document = runtime.prepare(request.query);
        if (!('kind' in document)) {
          entries.delete(key);
          pipeline.close([schemaChanged(document[0]?.message ?? 'it is no longer valid')]);
          continue;
        }
        const compiled = runtime.compile(document, request.query, request.operationName);
        pipeline.replan(pipelineSource(ports, runtime, compiled, primaryOf(compiled, runtime), variables, context));
      }
    },
    get pipelineCount() {
      return entries.size;
    },
    close() {
      const closing = refusal('GATEWAY_CLOSING', {
        zh: '服务正在重启，请稍后从最后的游标重新订阅',
        en: 'The gateway is closing. Subscribe again from the last cursor',
      });
      for (const { pipeline } of [...entries.values()]) pipeline.close([closing]);
    },
  };
}

function pipelineSource(
  ports: SubscriptionPorts,
  runtime: GraphRuntime,
  compiled: CompiledOperation,
  primary: ResumablePrimary,
  variables: Row,
  context: EdgeContext,
): PipelineSource {
  const { service, document, text, operationName, cursorVariable } = primary;
  return {
    primaryKey: `${service}\n${text}`,
    isResumable: cursorVariable !== null,
    async open(after, signal) {
      const own: Row = {};
      for (const name of primary.variableNames) if (variables[name] !== undefined) own[name] = variables[name];
      if (cursorVariable !== null) own[cursorVariable] = after;
      const fetch = {
        document,
        text,
        variables: own,
        context,
        ...(operationName === undefined ? {} : { operationName }),
      };
      return await ports.clientOf(service).subscribe(fetch, signal);
    },
    complete: (event) => completeEvent(ports, runtime, compiled, variables, context, event),
  };
}

async function completeEvent(
  ports: SubscriptionPorts,
  runtime: GraphRuntime,
  compiled: CompiledOperation,
  variables: Row,
  context: EdgeContext,
  event: SubgraphAnswer,
): Promise<Frame> {
  const cursor = cursorOf(event);
  try {
    return makeFrame(
      ports.present(await executeOperation(runtime, compiled, variables, context, ports.execution, event)),
      cursor,
    );
  } catch (cause) {
    ports.onBug(cause);
    const failed = refusal('UPSTREAM_LOST', {
      zh: '此事件未能补全，请查询其对象',
      en: 'This event could not be completed; query its subject',
    });
    return makeFrame({ data: null, errors: [failed.toJSON()] }, cursor);
  }
}

/** The cursor from `extensions.after`, else from the field's own argument. */
function wantedCursor(
  request: EdgeRequest,
  primary: ResumablePrimary,
): string | null | { readonly refused: GraphQLError } {
  const { clientAfter } = primary;
  const own = 'variable' in clientAfter ? (request.variables?.[clientAfter.variable] ?? null) : clientAfter.value;
  const after = request.extensions?.after ?? own;
  if (after === null || after === undefined) return null;
  if (typeof after === 'string' && primary.cursorVariable !== null) return after;
  const came = typeof after === 'string' ? 'a subscription that cannot be resumed' : `a ${typeof after}`;
  return {
    refused: refusal('BAD_CURSOR', {
      zh: '游标（after）无效：应为最近一次事件 extensions.cursor 的字符串',
      en: `extensions.after must be the string from extensions.cursor of an event; it came with ${came}`,
    }),
  };
}

/** The variables that tell pipelines apart: those that the operation defines, without the cursor. */
function sharedVariables(compiled: CompiledOperation, given: Readonly<Row>, primary: ResumablePrimary): Row {
  const cursor =
    'variable' in primary.clientAfter && !primary.variableNames.includes(primary.clientAfter.variable)
      ? primary.clientAfter.variable
      : null;
  const shared: Row = {};
  for (const { variable } of compiled.node.variableDefinitions ?? []) {
    const name = variable.name.value;
    if (name !== cursor && Object.hasOwn(given, name)) shared[name] = given[name];
  }
  return shared;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
