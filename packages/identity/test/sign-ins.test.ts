import { describe, expect, test } from 'vitest';
import { createSignInBook, type Viewer } from '../src/index.ts';

function viewer(account: string, token: string | null): Viewer {
  return {
    ...{
      id: account,
      name: { zh: account, en: account },
      role: 'AUDITOR',
      tier: 'REGION',
      agency: null,
      division: '15',
    },
    ...{ sources: [], purpose: null, expiresAt: 9_000 },
    ...(token === null ? {} : { token: { id: token, issuedAt: 0, issuer: 'urn:issuer' } }),
  };
}

describe('a book of sign-ins', () => {
  test('notes the first use of a token, once, and nobody who has none', () => {
    const book = createSignInBook();
    for (const at of [1, 2, 3]) book.accepted(viewer('a', 't1'), at);
    book.accepted(viewer('a', 't2'), 4);
    book.accepted(viewer('hub part', null), 5);
    const { signIns } = book.take('SIGN_INS')!;
    const who = { account: 'a', role: 'AUDITOR', tier: 'REGION', division: '15', issuer: 'urn:issuer', until: 9_000 };
    expect(signIns).toEqual([
      { ...who, token: 't1', at: 1 },
      { ...who, token: 't2', at: 4 },
    ]);
    book.accepted(viewer('a', 't1'), 6);
    expect(book.take('ALL')).toBeNull();
  });

  test('counts refusals by code, and gives them when all is asked for', () => {
    const book = createSignInBook();
    for (const code of ['TOKEN_EXPIRED', 'TOKEN_EXPIRED', 'TOKEN_ENDED'] as const) book.refused(code);
    expect(book.take('SIGN_INS')).toBeNull();
    expect(book.take('ALL')).toEqual({ signIns: [], refused: { TOKEN_EXPIRED: 2, TOKEN_ENDED: 1 }, dropped: 0 });
    expect(book.take('ALL')).toBeNull();
  });

  test('has what was brought back again, before what came meanwhile', () => {
    const book = createSignInBook();
    book.accepted(viewer('a', 't1'), 1);
    book.refused('TOKEN_ENDED');
    const batch = book.take('ALL')!;
    book.accepted(viewer('b', 't2'), 2);
    book.refused('TOKEN_ENDED');
    book.bringBack(batch);
    expect(book.waiting).toBe(2);
    const again = book.take('ALL')!;
    expect(again.signIns.map(({ token }) => token)).toEqual(['t1', 't2']);
    expect(again.refused).toEqual({ TOKEN_ENDED: 2 });
  });

  test('is bounded: what there is no room for is counted, and noted when the token is used again', () => {
    const book = createSignInBook(2, 2);
    for (const token of ['t1', 't2', 't3']) book.accepted(viewer('a', token), 1);
    expect(book.waiting).toBe(2);
    expect(book.take('ALL')).toMatchObject({ dropped: 1 });
    book.accepted(viewer('a', 't3'), 2);
    expect(book.take('ALL')!.signIns.map(({ token }) => token)).toEqual(['t3']);
    // The oldest was forgotten: it is noted again, and whoever keeps the record knows it.
    book.accepted(viewer('a', 't1'), 3);
    book.accepted(viewer('a', 't3'), 3);
    expect(book.take('ALL')!.signIns.map(({ token }) => token)).toEqual(['t1']);
  });
});
