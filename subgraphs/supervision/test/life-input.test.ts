import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHIEF, cardIn, HOHHOT, historyOf, INPUTS, type MutationName, read, SAIHAN, STAFF } from './life-world.ts';
import { publishedRules } from './matters.ts';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld(publishedRules());
});
afterAll(() => world.close());

/** Any UTF-16 at all, halves of characters and control characters included. */
const wildText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
  .map((units) => String.fromCharCode(...units));
const badText = fc.oneof(
  wildText,
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '整改\ud800措施',
    '\u0007办结情况',
    '13812345678 办结情况',
    '11010519491231002X',
    "'; drop table card; --",
  ),
  fc.integer({ min: 2_001, max: 60_000 }).map((length) => '长'.repeat(length)),
);
const badNumber = fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.constantFrom(-1, 0, 101, 2 ** 31 - 1));
const badInstant = fc.oneof(
  fc.constantFrom('0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2026-02-30T00:00:00Z', 'tomorrow', '', '2026-03-05'),
  wildText,
);
const badDate = fc.oneof(fc.constantFrom('0001-01-01', '9999-12-31', '2026-02-30', '', '20260302'), wildText);
const badEvidence = fc.array(
  fc.record({ name: badText, sha256: fc.oneof(badText, fc.constant('a'.repeat(64))), mediaType: badText }),
  {
    maxLength: 22,
  },
);

/** By the names of fields, so that a new field of a known kind is tried without a line here. */
const BAD: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  limitWorkdays: badNumber,
  percent: badNumber,
  workdays: badNumber,
  grant: fc.boolean(),
  dueAt: badInstant,
  from: badDate,
  to: badDate,
  evidence: badEvidence,
};

/** Who tries, on a card in which state, with which further fields than those of `INPUTS`. */
const TRIALS: Readonly<Record<MutationName, readonly [typeof STAFF, Parameters<typeof cardIn>[1], object?]>> = {
  signCard: [STAFF, 'ISSUED', { note: '' }],
  acceptCard: [CHIEF, 'SIGNED'],
  submitPlan: [CHIEF, 'ACCEPTED'],
  approvePlan: [SAIHAN, 'PLANNED', { note: '' }],
  returnPlan: [SAIHAN, 'PLANNED'],
  reportProgress: [STAFF, 'RECTIFYING'],
  askExtension: [CHIEF, 'RECTIFYING'],
  decideExtension: [SAIHAN, 'RECTIFYING'],
  reportResult: [CHIEF, 'RECTIFYING'],
  sendBackResult: [SAIHAN, 'RESULT_IN'],
  closeCard: [SAIHAN, 'RESULT_IN'],
  reportFalseRectification: [SAIHAN, 'CLOSED'],
  orderCard: [SAIHAN, 'ISSUED'],
  escalateCard: [HOHHOT, 'ISSUED'],
  cancelCard: [SAIHAN, 'ISSUED'],
  exemptCard: [SAIHAN, 'ISSUED'],
};
const RUNS = 25;
const NAMED = [
  'CardPayload',
  'CardNotFound',
  'CardNotYours',
  'CardTransitionRefused',
  'CardInputRefused',
  'CardAlreadyOpen',
];

test.each(Object.entries(TRIALS) as [MutationName, (typeof TRIALS)[MutationName]][])(
  '%s: whatever comes is taken whole or refused by name, and a refusal changes nothing',
  async (name, [viewer, state, more = {}]) => {
    const first = await cardIn(world, state);
    let id = first;
    const valid: Record<string, unknown> = { ...INPUTS[name], ...more };
    const input = fc.oneof(
      ...Object.keys(valid).map((field) =>
        bad(name, field).map((value) => ({ cardId: first, ...valid, [field]: value })),
      ),
      badText.map((cardId) => ({ ...valid, cardId })),
    );
    await fc.assert(
      fc.asyncProperty(input, async (given) => {
        const before = await read(world, id);
        const answer = await ask(name, viewer, given.cardId === first ? { ...given, cardId: id } : given);
        if (answer?.__typename === 'CardPayload') {
          expect((await historyOf(world, id)).length).toBeGreaterThan(before.events);
          id = await cardIn(world, state);
        } else expect(await read(world, id)).toEqual(before);
      }),
      { numRuns: RUNS },
    );
  },
);

test('issueCard: whatever comes is taken whole or refused by name', async () => {
  const valid = {
    ...{
      subjectType: 'WorkItem',
      subjectId: '115:x',
      indicator: 'WI-16',
      agency: '11150105011500011X',
      division: '150105',
    },
    ...{ messageZh: '现场抽查发现问题', messageEn: 'found on the spot', reason: '群众投诉核查' },
  };
  const input = fc.oneof(
    ...Object.keys(valid).map((field) => badText.map((value) => ({ ...valid, level: 'RED', [field]: value }))),
  );
  await fc.assert(
    fc.asyncProperty(input, async (given) => {
      await ask('issueCard', SAIHAN, given);
    }),
    { numRuns: 150 },
  );
});

test('acknowledgeWarning: no text is a warning, and each is answered by name', async () => {
  await fc.assert(
    fc.asyncProperty(badText, async (warningId) => {
      const document =
        'mutation ($input: AcknowledgeWarningInput!) { acknowledgeWarning(input: $input) { __typename } }';
      const data = await world.ask<{ acknowledgeWarning: object }>(STAFF, document, { input: { warningId } });
      expect(data.acknowledgeWarning).toEqual({ __typename: 'WarningNotFound' });
    }),
    { numRuns: 50 },
  );
});

/** What may come in a field; `to` is a word of an enum in orders, where the schema itself refuses others. */
function bad(name: MutationName, field: string): fc.Arbitrary<unknown> {
  if (name === 'orderCard' && field === 'to') return fc.constantFrom('AGENCY', 'SUPERVISION_BODY');
  return BAD[field] ?? badText;
}

/** The answer, which is one of the named ones; or an error of the scalars, which name the value. Never an internal one. */
async function ask(name: string, viewer: typeof STAFF, input: object) {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const { data, errors } = await world.answer(
    viewer,
    `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on CardProblem { message { zh en } } } }`,
    { input },
  );
  for (const error of errors ?? []) expect(error.extensions.code, error.message).toBe('BAD_INPUT');
  if (errors !== undefined) return null;
  const answer = (data as Record<string, { __typename: string; message?: { zh: string; en: string } }>)[name]!;
  expect(NAMED).toContain(answer.__typename);
  if (answer.message !== undefined)
    for (const text of [answer.message.zh, answer.message.en]) {
      expect(text.length).toBeGreaterThan(8);
      expect(text.isWellFormed(), text).toBe(true);
    }
  return answer;
}
