import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gatewayOver, listen, threeDomains, tokenOf } from './rig.ts';

const KNOWN = 'query Known($first: Int) { workItems(first: $first) { id } }';
const HASH = createHash('sha256').update(KNOWN).digest('hex');
let at: Awaited<ReturnType<typeof listen>>;
beforeAll(async () => {
  at = await listen(
    await gatewayOver(threeDomains().all, {
      documents: [KNOWN],
      mayAskFreely: ({ viewer }) => viewer?.role === 'AUDITOR',
    }),
  );
});
afterAll(() => at.close());

async function post(body: object, role: 'AUDITOR' | 'PARTNER' = 'PARTNER') {
  const response = await fetch(at.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: tokenOf({ role }) },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as {
    data?: unknown;
    errors?: { extensions: { code: string; messageZh: string } }[];
  };
  return { status: response.status, data: answer.data, error: answer.errors?.[0]?.extensions };
}

test.each([HASH, `sha256:${HASH}`])('a registered document is asked by its hash %s', async (documentId) => {
  const { data } = await post({ documentId, variables: { first: 2 } });
  expect(data).toEqual({ workItems: [{ id: 'W0' }, { id: 'W1' }] });
});

test('its full text is the same document', async () => {
  expect((await post({ query: KNOWN, variables: { first: 1 } })).data).toEqual({ workItems: [{ id: 'W0' }] });
});

test('a hash that is not registered is refused in both languages, with what to do', async () => {
  const { status, error } = await post({ documentId: 'sha256:0000' });
  expect([status, error?.code]).toEqual([400, 'DOCUMENT_UNKNOWN']);
  expect(error?.messageZh).toContain('sha256:0000');
});

test('anything else is for those who may ask freely', async () => {
  const free = { query: '{ workItems(first: 1) { id } }' };
  expect((await post(free, 'AUDITOR')).data).toEqual({ workItems: [{ id: 'W0' }] });
  expect((await post(free)).error?.code).toBe('DOCUMENT_REQUIRED');
  // A text beside the id is what is asked, and is judged as such.
  expect((await post({ ...free, documentId: HASH })).error?.code).toBe('DOCUMENT_REQUIRED');
});
