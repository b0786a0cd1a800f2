import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type LawWorld, openLawWorld, ruleText, supervisor, viewer } from './law-world.ts';

/** A Monday. */
const START = '2026-03-02T09:00:00.000+08:00';
const BANNER = '150622';
const banner = supervisor(BANNER, 'BANNER');
const bannerToo = supervisor(BANNER, 'BANNER', 'b');
const league = supervisor('1506', 'LEAGUE');
const region = supervisor('15', 'REGION');
const regionToo = supervisor('15', 'REGION', 'b');
const agency = viewer('AGENCY', null, null);

const FIELDS = `__typename ... on LawProblem { message { zh en } } ... on RuleTextInputRefused { field } ... on RuleTextNotYours { divisionCode }
  ... on RuleTextTooSoon { earliestAt } ... on RuleTextStateRefused { state } ... on RuleTextFaulty { problems { code file line column message { zh en } } }
  ... on RuleTextPayload { ruleText { id state path hash rule divisionCode favourable proposedBy consultedBy publishedBy inForceAt } }`;
const mutation = (name: string, input: string) =>
  `mutation M($input: ${input}!) { ${name}(input: $input) { ${FIELDS} } }`;
const PROPOSE = mutation('proposeRuleText', 'ProposeRuleTextInput');
const CONSULT = mutation('consultRuleText', 'ConsultRuleTextInput');
const PUBLISH = mutation('publishRuleText', 'PublishRuleTextInput');
const WITHDRAW = mutation('withdrawRuleText', 'WithdrawRuleTextInput');
const NOTICE = mutation('proposeCalendarNotice', 'ProposeCalendarNoticeInput');

const ABOUT = { document: '测政数发〔2026〕1号', contact: '监督科 0477-0000000', note: '说明' };
const overlay = (id: string, body: string, scope = `division: "${BANNER}"`) =>
  `id: ${id}\nrule: WI-03\nissuer: { zh: 旗, en: Banner }\ndocument: 文一号\n${scope}\nfrom: 2026-01-01\n${body}\n`;
/** The promise rule with other numbers; its worked examples are left out, they are those of the old numbers. */
const promiseRule = (version: string, days: number, more = '') =>
  `${ruleText('WI-03')
    .split('\ntests:')[0]!
    .replace(/^version: .*$/m, `version: "${version}"`)
    .replace('redWorkdays: { value: 3,', `redWorkdays: { value: ${days},`)}${more}\n`;

interface Result {
  __typename: string;
  field?: string;
  divisionCode?: string;
  earliestAt?: string;
  state?: string;
  problems?: { code: string; file: string; line: number; column: number }[];
  message?: { zh: string; en: string };
  ruleText?: Record<string, unknown> & { id: string; state: string; inForceAt: string | null };
}
let world: LawWorld;
beforeAll(async () => {
  world = await openLawWorld(START);
});
afterAll(() => world.close());

async function act(query: string, input: object, by = region): Promise<Result> {
  const { data, codes } = await world.ask(query, { input }, by);
  expect(codes).toEqual([]);
  return Object.values(data as Record<string, Result>)[0]!;
}
const propose = (kind: string, text: string, by = region, more: object = {}) =>
  act(PROPOSE, { kind, text, ...ABOUT, ...more }, by);
const redDays = () =>
  world.rules
    .current()
    .pack.rules.get('WI-03')!
    .parameters.find(({ name }) => name === 'redWorkdays')!.value;

describe('a special rule of a banner', () => {
  let id = '';

  it('is refused with each problem and its place when it does not tighten', async () => {
    const refused = await propose('OVERLAY', overlay('loose', 'tighten: { redWorkdays: 9 }'), banner);
    expect(refused).toMatchObject({ __typename: 'RuleTextFaulty' });
    expect(refused.problems).toEqual([
      expect.objectContaining({ code: 'RULE-503', file: 'overlays/loose.yaml', line: 7, column: expect.any(Number) }),
    ]);
  });

  it('is for the supervisors of that banner alone to propose', async () => {
    const text = overlay('strict', 'tighten: { redWorkdays: 1 }');
    for (const by of [league, region, supervisor('150623', 'BANNER')])
      expect(await propose('OVERLAY', text, by)).toMatchObject({
        __typename: 'RuleTextNotYours',
        divisionCode: BANNER,
      });
    expect((await world.ask(PROPOSE, { input: { kind: 'OVERLAY', text, ...ABOUT } }, agency)).codes).toEqual([
      'FORBIDDEN',
    ]);
    const taken = await propose('OVERLAY', text, banner);
    expect(taken.ruleText).toMatchObject({
      state: 'DRAFT',
      rule: 'WI-03',
      divisionCode: BANNER,
      proposedBy: banner.id,
    });
    id = taken.ruleText!.id;
  });

  it('is seen by its own subtree as a draft, and by everybody once it is consulted on', async () => {
    const seenBy = async (by: typeof region) =>
      ((await world.ask('query Q($id: ID!) { ruleText(id: $id) { id } }', { id }, by)).data as { ruleText: unknown })
        .ruleText !== null;
    expect([await seenBy(banner), await seenBy(league), await seenBy(region)]).toEqual([true, true, true]);
    expect([await seenBy(agency), await seenBy(supervisor('1501', 'LEAGUE'))]).toEqual([false, false]);
    expect(await act(PUBLISH, { id }, supervisor('1501', 'LEAGUE'))).toMatchObject({ __typename: 'RuleTextNotFound' });
    expect(await act(PUBLISH, { id }, bannerToo)).toMatchObject({ __typename: 'RuleTextStateRefused', state: 'DRAFT' });
    expect(await act(CONSULT, { id, consultation: '征求了 12 个部门意见' }, banner)).toMatchObject({
      ruleText: { state: 'CONSULTED', consultedBy: banner.id },
    });
    expect([await seenBy(agency), await seenBy(supervisor('1501', 'LEAGUE'))]).toEqual([true, true]);
  });

  it('is published by another person, five working days before it holds', async () => {
    expect(await act(PUBLISH, { id }, banner)).toMatchObject({ __typename: 'RuleTextSamePerson' });
    expect(await act(PUBLISH, { id, inForceOn: '2026-03-09' }, bannerToo)).toMatchObject({
      __typename: 'RuleTextTooSoon',
      earliestAt: '2026-03-09T16:00:00.000Z',
    });
    expect(await act(PUBLISH, { id }, bannerToo)).toMatchObject({
      ruleText: { state: 'PUBLISHED', publishedBy: bannerToo.id, inForceAt: '2026-03-09T16:00:00.000Z' },
    });
    expect(await act(PUBLISH, { id }, bannerToo)).toMatchObject({
      __typename: 'RuleTextStateRefused',
      state: 'PUBLISHED',
    });
    expect(await act(WITHDRAW, { id, reason: '误' }, banner)).toMatchObject({ __typename: 'RuleTextStateRefused' });
  });

  it('is told beforehand as what is coming, and a day to come is answered with it', async () => {
    await world.settle();
    const rulesOn = async (on: string, by = agency) => {
      const { data } = await world.ask(
        'query Q($on: Date) { rulesInForce(division: "150622", on: $on) { rules { indicator { id } text { id } upcoming { id state } overlays { id } } } }',
        { on },
        by,
      );
      const { rules } = (data as { rulesInForce: { rules: { indicator: { id: string } }[] } }).rulesInForce;
      return rules.find(({ indicator }) => indicator.id === 'WI-03');
    };
    expect(await rulesOn('2026-03-02')).toMatchObject({
      overlays: [],
      upcoming: [{ id, state: 'PUBLISHED' }],
      text: null,
    });
    expect(await rulesOn('2026-03-09')).toMatchObject({ overlays: [], upcoming: [{ id }] });
    expect(await rulesOn('2026-03-10')).toMatchObject({ overlays: [{ id: 'strict' }], upcoming: [] });
  });

  it('comes into force at its instant in every process, without a restart, and is on record from that instant', async () => {
    const other = await world.another();
    await world.settle(other);
    const before = world.rules.current().pack.hash;
    world.time.set('2026-03-09T23:59:59.999+08:00');
    await world.settle(other);
    expect([world.rules.current().pack.hash, other.current().pack.hash]).toEqual([before, before]);
    expect(world.rules.current().pack.overlays).toEqual([]);
    world.time.set('2026-03-12T11:00:00.000+08:00');
    await world.settle(other);
    for (const rules of [world.rules, other]) {
      expect(rules.current().pack.overlays.map((one) => one.id)).toEqual(['strict']);
      expect(rules.current().since).toBe(Date.parse('2026-03-10T00:00:00+08:00'));
    }
    expect(other.current().pack.hash).toBe(world.rules.current().pack.hash);
    const [edition] = await vi.waitUntil(
      async () => {
        const found = await world.database.sql<{ at: number }[]>`
        select in_force_at as at from rule_edition where kind = 'OVERLAY' and id = 'strict'`;
        return found.length > 0 && found;
      },
      { timeout: 300_000 },
    );
    expect(edition!.at).toBe(Date.parse('2026-03-10T00:00:00+08:00'));
    const { data } = await world.ask(
      'query Q($on: Date) { rulesInForce(division: "150622", on: $on) { rules { indicator { id } overlays { id } parameters { name value origin } } } }',
      { on: '2026-03-10' },
    );
    const rules = (data as { rulesInForce: { rules: { indicator: { id: string }; overlays: object[] }[] } })
      .rulesInForce.rules;
    expect(rules.find(({ indicator }) => indicator.id === 'WI-03')).toMatchObject({
      overlays: [{ id: 'strict' }],
      parameters: expect.arrayContaining([{ name: 'redWorkdays', value: '1', origin: 'OVERLAY' }]),
    });
  });
});

describe('a rule of the region', () => {
  it('needs a version of its own', async () => {
    expect(await propose('RULE', ruleText('WI-03'))).toMatchObject({
      __typename: 'RuleTextInputRefused',
      field: 'text',
    });
  });

  it('may hold at once when the checker proves that it favours the bodies, and only then', async () => {
    const favourable = { favourable: true };
    for (const text of [
      promiseRule('2026.2', 2),
      promiseRule('2026.2', 5).replace('expired(promise)\n', 'overdue(promise) > 0.5\n'),
    ])
      expect(await propose('RULE', text, region, favourable)).toMatchObject({
        __typename: 'RuleTextInputRefused',
        field: 'favourable',
      });
    const taken = await propose('RULE', promiseRule('2026.2', 5), region, favourable);
    expect(taken.ruleText).toMatchObject({ favourable: true, state: 'DRAFT' });
    await act(CONSULT, { id: taken.ruleText!.id, consultation: '无意见' });
    expect(await act(PUBLISH, { id: taken.ruleText!.id }, regionToo)).toMatchObject({
      ruleText: { state: 'IN_FORCE' },
    });
    expect(redDays()).toBe(3);
    await world.settle();
    expect(redDays()).toBe(5);
    const { data } = await world.ask(
      '{ rulesInForce(division: "15") { rules { version text { id publishedBy } } } }',
      {},
    );
    expect((data as { rulesInForce: { rules: object[] } }).rulesInForce.rules).toContainEqual({
      ...{ version: '2026.2', text: { id: taken.ruleText!.id, publishedBy: regionToo.id } },
    });
  });

  it('replaces the one before it at its own instant', async () => {
    const taken = await propose('RULE', promiseRule('2026.3', 4));
    await act(CONSULT, { id: taken.ruleText!.id, consultation: '无意见' });
    const published = await act(PUBLISH, { id: taken.ruleText!.id, inForceOn: '2026-04-01' }, regionToo);
    expect(published.ruleText).toMatchObject({ state: 'PUBLISHED', inForceAt: '2026-03-31T16:00:00.000Z' });
    const statesOf = async () =>
      (
        (await world.ask('{ ruleTexts(rule: "WI-03", kind: RULE) { nodes { state replacedAt } } }', {})).data as {
          ruleTexts: { nodes: object[] };
        }
      ).ruleTexts.nodes;
    expect(await statesOf()).toEqual([
      { state: 'PUBLISHED', replacedAt: null },
      { state: 'IN_FORCE', replacedAt: '2026-03-31T16:00:00.000Z' },
    ]);
    world.time.set('2026-04-01T00:00:00.000+08:00');
    await world.settle();
    expect(redDays()).toBe(4);
    expect(await statesOf()).toEqual([
      { state: 'IN_FORCE', replacedAt: null },
      { state: 'REPLACED', replacedAt: '2026-03-31T16:00:00.000Z' },
    ]);
  });

  it('is refused when it breaks the worked examples or another text', async () => {
    const example = `tests:\n  - name: wrong\n    subject: work-item\n    facts: { kind: PROMISE, accepted: true, open: true }\n    at: "2026-03-02T09:00:00+08:00"\n    expect: RED\n`;
    expect((await propose('RULE', promiseRule('2026.4', 4, `\n${example}`))).problems).toEqual([
      expect.objectContaining({ code: 'RULE-702', file: 'base/WI-03.yaml' }),
    ]);
    const gone = promiseRule('2026.4', 4).replaceAll('redWorkdays', 'graveWorkdays');
    expect((await propose('RULE', gone)).problems).toContainEqual(
      expect.objectContaining({ file: 'overlays/strict.yaml' }),
    );
  });
});

describe('an exemption', () => {
  it('is the banner’s to propose and the tier above to publish; it holds at once', async () => {
    const text = `id: flood\nrules: [WI-03]\ndocument: 文二号\nreason: { zh: 洪灾, en: flood }\ndivision: "${BANNER}"\nfrom: "2026-04-01T00:00:00+08:00"\nto: "2026-04-08T00:00:00+08:00"\n`;
    const { ruleText: taken } = await propose('EXEMPTION', text, banner);
    expect(await act(PUBLISH, { id: taken!.id }, bannerToo)).toMatchObject({
      __typename: 'RuleTextNotYours',
      divisionCode: '1506',
    });
    expect(await act(PUBLISH, { id: taken!.id }, league)).toMatchObject({ ruleText: { state: 'IN_FORCE' } });
    await world.settle();
    expect(world.rules.current().pack.exemptions.map(({ id }) => id)).toEqual(['flood']);
  });
});

describe('the holidays of a year', () => {
  const days = [
    { date: '2027-01-01', name: '元旦', off: true },
    { date: '2027-02-05', name: '春节', off: true },
    { date: '2027-02-14', name: '春节', off: false },
  ];
  it('are the region’s to propose, hold at once, and end the provisional days', async () => {
    const input = { year: 2027, papers: ['https://www.gov.cn/'], days, ...ABOUT };
    expect(await act(NOTICE, input, league)).toMatchObject({ __typename: 'RuleTextNotYours', divisionCode: '15' });
    const twice = { ...input, days: [...days, { ...days[0]!, off: false }] };
    expect(await act(NOTICE, twice)).toMatchObject({ __typename: 'RuleTextFaulty' });
    const { ruleText: taken } = await act(NOTICE, input);
    expect(taken).toMatchObject({ path: 'calendar/notices/2027.json', state: 'DRAFT' });
    const ask = async () =>
      (
        (
          await world.ask(
            '{ calendar { lastCertainOn days(from: "2027-02-05", to: "2027-02-05") { workday provisional } } }',
            {},
          )
        ).data as { calendar: object }
      ).calendar;
    expect(await ask()).toMatchObject({ lastCertainOn: '2026-12-31', days: [{ workday: true, provisional: true }] });
    await act(PUBLISH, { id: taken!.id }, regionToo);
    await world.settle();
    expect(await ask()).toMatchObject({ lastCertainOn: '2027-12-31', days: [{ workday: false, provisional: false }] });
  });
});

describe('the record', () => {
  it('holds every act with its person, and none of what people typed', async () => {
    const acts = await world.database.sql<{ payload: { kind: string; by: string; detail: object } }[]>`
      select payload from hub.feed where stream = 'acts' order by seq`;
    expect(acts.map(({ payload: { kind, by } }) => [kind, by]).slice(0, 3)).toEqual([
      ['OVERLAY_PROPOSED', banner.id],
      ['OVERLAY_CONSULTED', banner.id],
      ['OVERLAY_PUBLISHED', bannerToo.id],
    ]);
    expect(JSON.stringify(acts)).not.toContain(ABOUT.note);
    expect(JSON.stringify(acts)).not.toContain('征求了');
  });

  it('keeps wording and publication from being changed, and one person from both, in the database itself', async () => {
    const { sql } = world.database;
    await expect(sql`update rule_text set text = 'other' where published_at is not null`).rejects.toThrow(
      /cannot change/,
    );
    await expect(
      sql`update rule_text set in_force_at = in_force_at + interval '1 day' where published_at is not null`,
    ).rejects.toThrow(/cannot change/);
    const { ruleText: draft } = await propose('RULE', promiseRule('2026.9', 4));
    await expect(
      sql`update rule_text set published_at = proposed_at, in_force_at = proposed_at, published_by = proposed_by where id = ${draft!.id}`,
    ).rejects.toThrow(/rule_text_two_persons/);
    expect(await act(WITHDRAW, { id: draft!.id, reason: '重拟' })).toMatchObject({ ruleText: { state: 'WITHDRAWN' } });
    expect(await act(CONSULT, { id: draft!.id, consultation: '无' })).toMatchObject({ state: 'WITHDRAWN' });
  });
});

describe('bad input of any kind', () => {
  const nasty = fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      '\u0000',
      '\ud800',
      'LAW-1',
      'LAW-999999999',
      'LAW-0',
      '"',
      '{',
      '- a',
      'id: [',
      'id: 1\nrule: 2',
      '&a [*a]',
      '🙂'.repeat(700),
    ),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ maxLength: 60 }),
  );
  const KINDS = ['RULE', 'OVERLAY', 'EXEMPTION', 'FACTS', 'CALENDAR_NOTICE', 'CALENDAR_OVERLAY'];
  const refused = async (query: string, input: object): Promise<void> => {
    const { data, codes } = await world.ask(query, { input }, region);
    for (const code of codes) expect(['BAD_INPUT', 'BAD_ID', undefined]).toContain(code);
    const [result] = Object.values(data as Record<string, Result | null>);
    if (result) expect(result.message ?? result.ruleText).toBeDefined();
    if (result?.ruleText) throw new Error(`taken: ${JSON.stringify(input)}`);
  };

  it('is refused by name when it is proposed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...KINDS),
        nasty,
        nasty,
        nasty,
        nasty,
        fc.boolean(),
        (kind, text, document, contact, note, favourable) =>
          refused(PROPOSE, { kind, text, document, contact, note, favourable }),
      ),
      { numRuns: 150, seed: 4 },
    );
    expect(await propose('RULE', 'x'.repeat(60_001))).toMatchObject({
      __typename: 'RuleTextInputRefused',
      field: 'text',
    });
    expect(await propose('OVERLAY', `a: ${'['.repeat(20_000)}`, banner)).toMatchObject({
      __typename: 'RuleTextInputRefused',
    });
  });

  it('is refused by name in every step', async () => {
    await fc.assert(
      fc.asyncProperty(
        nasty,
        nasty,
        fc.constantFrom('2026-02-30', '0001-01-01', '9999-12-31', '-1', '', '2026-03-02', null),
        async (id, text, on) => {
          await refused(CONSULT, { id, consultation: text });
          await refused(WITHDRAW, { id, reason: text });
          await refused(PUBLISH, { id, inForceOn: on });
          await world.ask(
            'query Q($id: ID!, $rule: ID) { ruleText(id: $id) { id } ruleTexts(rule: $rule) { nodes { id } } }',
            { id, rule: text },
          );
        },
      ),
      { numRuns: 80, seed: 4 },
    );
  });

  it('is refused by name in a notice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(-1, 0, 1, 2027, 99999, 2 ** 31 - 1),
        fc.array(nasty, { maxLength: 2 }),
        fc.array(
          fc.record({
            date: fc.constantFrom('2027-01-01', '2031-01-01', '2027-02-30', '0000-00-00'),
            name: nasty,
            off: fc.boolean(),
          }),
          { maxLength: 3 },
        ),
        async (year, papers, days) => {
          const { data, codes } = await world.ask(NOTICE, { input: { year, papers, days, ...ABOUT } }, region);
          for (const code of codes) expect(['BAD_INPUT', undefined]).toContain(code);
          const [result] = Object.values(data as Record<string, Result | null>);
          if (result?.ruleText) await act(WITHDRAW, { id: result.ruleText.id, reason: '试' });
        },
      ),
      { numRuns: 60, seed: 4 },
    );
  });
});
