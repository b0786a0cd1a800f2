import { packAt } from '@gnomon/rule-engine';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LawWorld, openLawWorld, ruleText, supervisor } from './law-world.ts';

/** A Monday; five working days later it is Tuesday the 10th. */
const START = '2026-03-02T09:00:00.000+08:00';
const FORCE = '2026-03-09T16:00:00.000Z';
const region = supervisor('15', 'REGION');
const regionToo = supervisor('15', 'REGION', 'b');
const ABOUT = { document: '测政数发〔2026〕2号', contact: '监督科', note: '不再适用' };
const FIELDS = `__typename ... on LawProblem { message { zh en } } ... on RuleTextInputRefused { field } ... on RuleTextNotYours { divisionCode }
  ... on RuleTextTooSoon { earliestAt } ... on RuleTextFaulty { problems { file } } ... on RuleTextPayload { ruleText { id kind path rule state repeals text inForceAt } }`;

interface Result {
  readonly __typename: string;
  readonly field?: string;
  readonly problems?: readonly { readonly file: string }[];
  readonly ruleText?: { readonly id: string; readonly state: string; readonly repeals: boolean };
}
let world: LawWorld;
beforeAll(async () => {
  world = await openLawWorld(START);
});
afterAll(() => world.close());

async function act(field: string, input: string, value: object, by = region): Promise<Result> {
  const query = `mutation M($input: ${input}!) { done: ${field}(input: $input) { ${FIELDS} } }`;
  const { data, codes } = await world.ask(query, { input: value }, by);
  expect(codes).toEqual([]);
  return (data as { done: Result }).done;
}
const repeal = (path: string, by = region) => act('proposeRepeal', 'ProposeRepealInput', { path, ...ABOUT }, by);
const publish = async (id: string) => {
  await act('consultRuleText', 'ConsultRuleTextInput', { id, consultation: '无意见' });
  return act('publishRuleText', 'PublishRuleTextInput', { id }, regionToo);
};

/** The rules that apply on a day, each with its end and what is coming. */
async function rulesOn(on: string) {
  const query = `query ($on: Date!) { rulesInForce(division: "1501", on: $on) { rules { indicator { id } endsAt upcoming { repeals state } } } }`;
  const { data, codes } = await world.ask(query, { on });
  expect(codes).toEqual([]);
  const { rules } = (
    data as { rulesInForce: { rules: { indicator: { id: string }; endsAt: string; upcoming: object[] }[] } }
  ).rulesInForce;
  return Object.fromEntries(rules.map(({ indicator, endsAt, upcoming }) => [indicator.id, { endsAt, upcoming }]));
}
const idsIn = () => [...world.rules.current().pack.rules.keys()].sort();

test('a rule that another one needs cannot be repealed, and the place is named', async () => {
  expect(await repeal('base/WI-04.yaml')).toMatchObject({
    __typename: 'RuleTextFaulty',
    problems: [{ file: 'base/WI-03.yaml' }],
  });
});

test('only what is in force can be repealed, and only by the body that answers for it', async () => {
  for (const path of [
    'base/WI-99.yaml',
    'facts/work-item.yaml',
    'calendar/notices/2026.json',
    '',
    'constructor',
    '../base/WI-07.yaml',
  ])
    expect(await repeal(path)).toMatchObject({ __typename: 'RuleTextInputRefused', field: 'path' });
  expect(await repeal('base/WI-07.yaml', supervisor('1501', 'LEAGUE'))).toMatchObject({
    __typename: 'RuleTextNotYours',
  });
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('', '\u0000', '\ud800'));
  await fc.assert(
    fc.asyncProperty(text, text, async (path, note) => {
      const { data, codes } = await world.ask(
        'mutation M($input: ProposeRepealInput!) { proposeRepeal(input: $input) { __typename } }',
        { input: { ...ABOUT, path, note } },
      );
      expect(codes).toEqual([]);
      expect(data).toEqual({ proposeRepeal: { __typename: 'RuleTextInputRefused' } });
    }),
    { numRuns: 60, seed: 4 },
  );
});

test('a repealed rule ends at its instant in every process, is told beforehand, and can come again', async () => {
  const { ruleText: draft } = await repeal('base/WI-07.yaml');
  expect(draft).toMatchObject({ kind: 'RULE', rule: 'WI-07', repeals: true, text: '', state: 'DRAFT' });
  const { id } = draft!;
  expect(await act('publishRuleText', 'PublishRuleTextInput', { id }, regionToo)).toMatchObject({
    __typename: 'RuleTextStateRefused',
  });
  expect(await publish(id)).toMatchObject({ ruleText: { state: 'PUBLISHED', inForceAt: FORCE } });
  await world.settle();

  expect(await rulesOn('2026-03-09')).toMatchObject({
    'WI-03': { endsAt: null, upcoming: [] },
    'WI-07': { endsAt: FORCE, upcoming: [{ repeals: true, state: 'PUBLISHED' }] },
  });
  expect(Object.keys(await rulesOn('2026-03-10')).sort()).toEqual(['WI-03', 'WI-04']);

  world.time.set(Date.parse(FORCE) - 1);
  await world.settle();
  expect(idsIn()).toEqual(['WI-03', 'WI-04', 'WI-07']);
  world.time.set(FORCE);
  const late = await world.another();
  await world.settle(late);
  expect(idsIn()).toEqual(['WI-03', 'WI-04']);
  expect([...late.current().pack.rules.keys()].sort()).toEqual(['WI-03', 'WI-04']);
  expect(packAt(world.rules.current().pack, Date.parse(FORCE) - 1).rules.has('WI-07')).toBe(true);

  const anew = await act('proposeRuleText', 'ProposeRuleTextInput', {
    kind: 'RULE',
    text: ruleText('WI-07'),
    ...ABOUT,
  });
  await publish(anew.ruleText!.id);
  world.time.set('2026-03-31T00:00:00+08:00');
  await world.settle();
  expect(idsIn()).toEqual(['WI-03', 'WI-04', 'WI-07']);
});
