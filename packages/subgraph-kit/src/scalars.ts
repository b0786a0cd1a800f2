import { GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import { refusal } from './refusal.ts';

/**
 * Scalars that every subgraph shares. Resolvers return instants as integers of milliseconds or `Date`, dates as
 * `YYYY-MM-DD`, and receive the same: an instant argument arrives as milliseconds.
 */
export const sharedScalars = { DateTime: dateTime(), Date: date(), JSON: json() };

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(:(\d{2})(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Milliseconds of an ISO 8601 instant with an offset.
 * @throws `BAD_INPUT` for anything else, also for days that do not exist (30 February).
 */
export function parseInstant(value: unknown): number {
  const match = typeof value === 'string' ? INSTANT.exec(value) : null;
  if (match !== null && isRealDate(match[1]!, match[2]!, match[3]!)) {
    const milliseconds = Date.parse(value as string);
    if (Number.isInteger(milliseconds)) return milliseconds;
  }
  throw badValue('DateTime', '2024-09-30T09:00:00+08:00', value);
}

/** A calendar date `YYYY-MM-DD` that exists. @throws `BAD_INPUT` for anything else. */
export function parseDate(value: unknown): string {
  const match = typeof value === 'string' ? /^(\d{4})-(\d{2})-(\d{2})$/.exec(value) : null;
  if (match !== null && isRealDate(match[1]!, match[2]!, match[3]!)) return value as string;
  throw badValue('Date', '2024-09-30', value);
}

function dateTime(): GraphQLScalarType<number, string> {
  return new GraphQLScalarType({
    name: 'DateTime',
    serialize(value) {
      const milliseconds =
        value instanceof Date ? value.getTime() : typeof value === 'string' ? parseInstant(value) : value;
      if (typeof milliseconds === 'number' && Number.isFinite(milliseconds))
        return new Date(milliseconds).toISOString();
      throw new TypeError(
        `DateTime: milliseconds, a Date or ISO text was expected from the resolver, ${typeof value} came`,
      );
    },
    parseValue: parseInstant,
    parseLiteral: (node) => parseInstant(literalText(node)),
  });
}

function date(): GraphQLScalarType<string, string> {
  return new GraphQLScalarType({
    name: 'Date',
    serialize: (value) => (value instanceof Date ? value.toISOString().slice(0, 10) : parseDate(value)),
    parseValue: parseDate,
    parseLiteral: (node) => parseDate(literalText(node)),
  });
}

function json(): GraphQLScalarType {
  return new GraphQLScalarType({
    name: 'JSON',
    serialize: (value) => value,
    parseValue: (value) => value,
    parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
  });
}

function literalText(node: ValueNode): unknown {
  return node.kind === Kind.STRING ? node.value : valueFromASTUntyped(node);
}

function isRealDate(year: string, month: string, day: string): boolean {
  const instant = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return instant.getUTCMonth() === Number(month) - 1 && instant.getUTCDate() === Number(day);
}

function badValue(scalar: string, example: string, value: unknown) {
  const came = JSON.stringify(value)?.slice(0, 60) ?? typeof value;
  return refusal('BAD_INPUT', {
    zh: `${scalar} 格式不正确：应形如 ${example}，收到 ${came}。`,
    en: `${scalar}: a value like ${example} was expected, ${came} came.`,
  });
}
