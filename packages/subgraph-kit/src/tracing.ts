import { SpanStatusCode, trace } from '@opentelemetry/api';
import type { ExecutionResult } from 'graphql';

const tracer = trace.getTracer('@gnomon/subgraph-kit');

/** Runs an operation in a span of its own; without a registered provider this costs next to nothing. */
export function traced<R extends ExecutionResult>(
  subgraph: string,
  operation: string | undefined,
  work: () => Promise<R>,
): Promise<R> {
  return tracer.startActiveSpan(
    `${subgraph} ${operation ?? 'operation'}`,
    { attributes: { 'gnomon.subgraph': subgraph, 'graphql.operation.name': operation ?? '' } },
    async (span) => {
      try {
        const result = await work();
        if (result.errors !== undefined)
          span.setStatus({ code: SpanStatusCode.ERROR, message: result.errors[0]?.message ?? '' });
        return result;
      } finally {
        span.end();
      }
    },
  );
}
