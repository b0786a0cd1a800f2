import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { maskError } from '../src/mask-errors.ts';

const log = pino({ level: 'silent' });
const codeOf = (originalError: Error): unknown =>
  maskError(new GraphQLError('x', { originalError, path: ['card'] }), log).extensions.code;

test.each(['22021', '22P05'])(
  'a text that PostgreSQL cannot hold (%s) is the caller’s to mend, also inside other errors',
  (code) => {
    const refused = Object.assign(new Error('invalid byte sequence'), { code });
    expect(codeOf(refused)).toBe('BAD_INPUT');
    expect(codeOf(new Error('Failed query', { cause: refused }))).toBe('BAD_INPUT');
  },
);

test('any other fault of the database is masked', () => {
  const fault = Object.assign(new Error('relation does not exist: secret'), { code: '42P01' });
  const masked = maskError(new GraphQLError('x', { originalError: fault, path: ['card'] }), log);
  expect(masked.extensions.code).toBe('INTERNAL');
  expect(masked.message).not.toContain('secret');
  expect(masked.path).toEqual(['card']);
});
