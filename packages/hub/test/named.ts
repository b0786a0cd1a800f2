import { expect } from 'vitest';
import type { Answer } from './listening-hub.ts';

const CHINESE = /\p{Script=Han}/u;

/** Codes of a refusal; fails when one of its errors is a bug, or does not say in both languages what is wrong. */
export function codesOf({ errors }: Answer<unknown>): readonly unknown[] {
  for (const { message, extensions } of errors ?? []) {
    expect(extensions?.code, message).toMatch(/^(?!INTERNAL)[A-Z_]+$/);
    expect(message).toMatch(/[a-zA-Z]{3}/);
    expect(extensions?.messageZh, `${String(extensions?.code)}: ${message}`).toMatch(CHINESE);
  }
  return (errors ?? []).map(({ extensions }) => extensions?.code);
}

/** A text in both languages, as answers that are no GraphQL errors carry it. */
export function expectBilingual(text: unknown): void {
  expect(text).toEqual({ zh: expect.stringMatching(CHINESE), en: expect.stringMatching(/[a-zA-Z]{3}/) });
}
