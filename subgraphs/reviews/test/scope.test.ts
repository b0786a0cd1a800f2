import { scopeOf, type Viewer } from '@gnomon/identity';
import { openKeyedHash } from '@gnomon/records';
import { type RecordTestWorld, viewer } from '@gnomon/records/test-world';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AGENCY } from './derive-world.ts';
import {
  FOR_A_PURPOSE,
  finished,
  OPERATOR_AGENCY,
  OTHER_AGENCY,
  openWorld,
  PARTNER,
  REVIEWED,
  REVIEWER,
  REVIEWS,
  reviewRow,
  row,
  SUPERVISOR,
  ticketRow,
} from './world.ts';

let world: RecordTestWorld;
/** Five bad reviews of each agency, with everything that makes each kind of subject; and refused rows. */
beforeAll(async () => {
  world = await openWorld();
  await world.goTo('2026-04-03T11:00:00+08:00');
  const of = (uscc: string, letter: string) =>
    Array.from({ length: 5 }, (_, index) =>
      reviewRow(`${letter}${index}`, { org_code: uscc, window_no: `窗${letter}` }, '2026-04-03 10:00:00'),
    );
  const rows = [...of(AGENCY, 'A'), ...of(OTHER_AGENCY, 'B')];
  await world.push([...rows, ...rows.map(({ review_id }) => ticketRow(String(review_id), '2026-04-03 10:30:00'))]);
  await world.push([
    { ...reviewRow('A8'), assess_time: '昨天' },
    { ...reviewRow('B8', { org_code: OTHER_AGENCY }), assess_time: '昨天' },
  ]);
  // Enough by one channel for its day to be judged; good ones, of a third agency's counter.
  const calls = Array.from({ length: 20 }, (_, index) =>
    reviewRow(`C${index}`, { org_code: OPERATOR_AGENCY, satisfaction: '5', channel: '8', window_no: '', staff_id: '' }),
  );
  await world.push(calls);
  const audit = { review_id: 'B0', finding: '5', event_time: '2026-04-03 10:50:00', is_confirmed: true };
  await world.push([row('review_audit', '2026-04-03 10:50:00', audit)]);
  await world.milestones('work-items milestones', [finished('115:W-B0', '2026-04-03T09:00:00', OTHER_AGENCY)]);
  await world.goTo('2026-05-06T09:00:00+08:00');
  const fresh = (uscc: string, letter: string) => [
    reviewRow(`${letter}9`, { org_code: uscc, window_no: `窗${letter}` }, '2026-05-06 08:30:00'),
    ticketRow(`${letter}9`, '2026-05-06 08:40:00'),
  ];
  await world.push([...fresh(AGENCY, 'A'), ...fresh(OTHER_AGENCY, 'B')]);
  // What was committed last goes into the feed.
  await world.signals();
});
afterAll(() => world.close());

const OWN = /^(?!.*(?:115-reviews:B|窗B|11150121011598020B)).*$/s;
const FIELDS = `id state isOpen isValid grade channel window staff ordinal isBad isNamed isDefault saysOverTime assessedAt text
  agency { uscc } division { code } item { code } workItem { id } source { id } facts standing { level indicator { id } }
  rowVersions(first: 50) { table content }
  ticket { id class assignedAt contactedAt rectifiedAt answeredAt calledBackAt rectifyDueAt facts standing { level } agency { uscc } review { id } }`;
const KINDS: Readonly<Record<string, (uscc: string, letter: string) => string>> = {
  Review: (_, letter) => `${REVIEWS}:${letter}0`,
  ReviewTicket: (_, letter) => `${REVIEWS}:${letter}0`,
  ReviewAgencyMonth: (uscc) => `${uscc}:2026-04`,
  ReviewWindow: (uscc, letter) => `${uscc}:窗${letter}`,
  ReviewWindowDay: (uscc, letter) => `${uscc}:窗${letter}:2026-04-03`,
};
async function reference(who: Viewer, type: string, id: string): Promise<unknown> {
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { id agency { uscc } facts } } }`;
  const answer = await world.ask<{ _entities: unknown[] }>(who, query, { r: [{ __typename: type, id }] });
  return answer._entities[0];
}
/** Everything that the graph tells a viewer, as one text. */
async function everything(who: Viewer): Promise<string> {
  const questions = [
    `{ reviews(first: 200) { edges { cursor } nodes { ${FIELDS} } pageInfo { startCursor endCursor hasNextPage } } }`,
    ...['A0', 'B0'].map((id) => `{ review(id: "${REVIEWS}:${id}") { ${FIELDS} } }`),
    '{ reviewSignals(first: 200) { nodes { subjectId message { zh en } agency { uscc } division { code } } hasNextPage } }',
    '{ reviewIndicatorValues { indicator { id } numerator denominator byLevel { level count } } }',
    '{ reviewDueSoon(first: 200, withinWorkdays: 10) { nodes { subjectId message { zh } } } }',
    '{ reviewRefusedRows(first: 200) { nodes { no content reason { zh } } } }',
    '{ reviewBatches(first: 200) { nodes { id account { rows } } } }',
  ];
  const answers: string[] = [];
  for (const question of questions) {
    const told = await world.ask(who, question).catch((error: Error) => error.message);
    answers.push(JSON.stringify(told));
  }
  for (const [type, idOf] of Object.entries(KINDS))
    for (const [uscc, letter] of [
      [AGENCY, 'A'],
      [OTHER_AGENCY, 'B'],
    ] as const)
      answers.push(JSON.stringify((await reference(who, type, idOf(uscc, letter))) ?? null));
  return answers.join('\n');
}

describe('an agency and its partner', () => {
  test.each([
    ['partner', PARTNER],
    ['agency with a purpose', REVIEWED],
  ])(
    'the %s sees nothing of another agency in any list, reference, signal, look ahead or refused row',
    async (_, who) => {
      const told = await everything(who);
      expect(told).toContain(`${REVIEWS}:A0`);
      expect(told).toMatch(OWN);
    },
  );
  test('a supervisor over both sees both, so that the questions do ask', async () => {
    const told = await everything(SUPERVISOR);
    for (const seen of [`${REVIEWS}:A0`, `${REVIEWS}:B0`, '窗B', OTHER_AGENCY]) expect(told).toContain(seen);
    expect(told).not.toContain('Cannot query field');
  });
  test('another agency is not counted: six tickets each, twelve for a supervisor', async () => {
    const tickets = async (who: Viewer): Promise<number | undefined> => {
      const query = '{ reviewIndicatorValues(filter: { indicators: ["RV-02"] }) { denominator } }';
      const { reviewIndicatorValues } = await world.ask<{ reviewIndicatorValues: { denominator: number }[] }>(
        who,
        query,
      );
      return reviewIndicatorValues[0]?.denominator;
    };
    expect([await tickets(PARTNER), await tickets(REVIEWED), await tickets(SUPERVISOR)]).toEqual([6, 6, 12]);
  });
  test.each(Object.keys(KINDS))('a reference to its own %s resolves, one to another agency’s is null', async (type) => {
    const idOf = KINDS[type] as (typeof KINDS)[string];
    expect(await reference(PARTNER, type, idOf(AGENCY, 'A'))).toMatchObject({ agency: { uscc: AGENCY } });
    expect(await reference(PARTNER, type, idOf(OTHER_AGENCY, 'B'))).toBeNull();
    expect(await reference(SUPERVISOR, type, idOf(OTHER_AGENCY, 'B'))).toMatchObject({
      agency: { uscc: OTHER_AGENCY },
    });
  });
  test('a person’s last thirty days are read by the own agency, under the pseudonym alone', async () => {
    const key = (await openKeyedHash(world.database))('1024');
    expect(await reference(PARTNER, 'ReviewStaff', `${AGENCY}:${key}`)).toMatchObject({ agency: { uscc: AGENCY } });
    expect(await reference(PARTNER, 'ReviewStaff', `${OTHER_AGENCY}:${key}`)).toBeNull();
    expect(await reference(SUPERVISOR, 'ReviewStaff', `${AGENCY}:1024`)).toBeNull();
  });
  test('a channel’s day belongs to who runs the review system', async () => {
    const id = `${REVIEWS}:HOTLINE:2026-04-03`;
    const operator = viewer('PARTNER', { agency: OPERATOR_AGENCY });
    expect(await reference(operator, 'ReviewChannelDay', id)).toMatchObject({ agency: { uscc: OPERATOR_AGENCY } });
    expect(await reference(PARTNER, 'ReviewChannelDay', id)).toBeNull();
  });
  test('it hears of its own findings only', async () => {
    const stop = new AbortController();
    const stream = await world.hosted.subscribe({
      document: parse('subscription { reviewSignals { subjectId level } }'),
      variables: {},
      context: { viewer: PARTNER, scope: scopeOf(PARTNER), requestId: 's', signal: stop.signal },
    });
    if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream));
    const next = stream[Symbol.asyncIterator]().next();
    const forced = (id: string) =>
      row('review_audit', '2026-05-06 08:50:00', {
        ...{ review_id: id, finding: '4', event_time: '2026-05-06 08:50:00', is_confirmed: true },
      });
    await world.push([forced('B9'), forced('A9')]);
    await world.signals();
    expect((await next).value).toMatchObject({
      data: { reviewSignals: { subjectId: `${REVIEWS}:A9`, level: 'YELLOW' } },
    });
    stop.abort();
  });
  test('filters by another agency, source or division give an empty page, not an error that tells', async () => {
    const query = 'query ($f: RecordFilter) { reviews(filter: $f) { nodes { id } } }';
    for (const f of [{ agency: OTHER_AGENCY }, { division: '150121' }, { workItem: '115:W-B0' }])
      expect(await world.ask(PARTNER, query, { f })).toEqual({ reviews: { nodes: [] } });
  });
});

describe('who gave a review', () => {
  const secrets = Object.values(REVIEWER);
  test.each([
    ['the reviewed agency, whatever purpose it gives', REVIEWED],
    ['its partner', PARTNER],
    ['a supervisor without a purpose', SUPERVISOR],
    ['an auditor', viewer('AUDITOR', { division: '15' })],
  ])('is told in no field, error or order to %s', async (_, who) => {
    const told = await everything(who);
    for (const secret of [...secrets, '1024']) expect(told).not.toContain(`"${secret}`);
    for (const secret of secrets) expect(told).not.toContain(secret);
  });
  test('the keys under which equal reviewers are found leave the hub in no answer, signal or milestone', async () => {
    const [record] = await world.database.sql<{ doc: { review: { c: Record<string, string> }[] } }[]>`
      select doc from record where kind = 'review' and id = '115-reviews:A0'`;
    const columns = record?.doc.review[0]?.c ?? {};
    const keys = ['reviewer_phone_key', 'reviewer_id_key', 'device_no_key', 'content_key'].map((name) => columns[name]);
    expect(keys.every((key) => /^[0-9a-f]{16}$/.test(key ?? ''))).toBe(true);
    const told = [await everything(FOR_A_PURPOSE), JSON.stringify([await world.signals(), await world.told()])].join();
    for (const key of keys) expect(told).not.toContain(key);
    expect(JSON.stringify(record?.doc)).not.toContain(REVIEWER.reviewer_phone);
  });
  test('reviews are listed by when they were given, whoever gave them', async () => {
    await world.push([
      reviewRow('Z2', { reviewer_phone: '13900000002', window_no: 'Z' }, '2026-04-02 10:00:00'),
      reviewRow('Z1', { reviewer_phone: '13900000009', window_no: 'Z' }, '2026-04-02 11:00:00'),
    ]);
    const query = '{ reviews(filter: { to: "2026-04-03T00:00:00+08:00" }) { nodes { id } } }';
    expect(await world.ask(PARTNER, query)).toEqual({
      reviews: { nodes: [{ id: `${REVIEWS}:Z1` }, { id: `${REVIEWS}:Z2` }] },
    });
  });
});

describe('a review without a name', () => {
  beforeAll(async () => {
    await world.push([
      reviewRow('N1', { is_named: false, project_no: 'SECRET-NO', window_no: 'N' }, '2026-05-06 08:45:00'),
    ]);
  });
  const LINKED = `{ id workItem { id } rowVersions(first: 5) { content } }`;
  const references = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on WorkItem { reviews { id } } } }`;
  const r = [{ __typename: 'WorkItem', id: '115:SECRET-NO' }];
  const ask = (who: Viewer) =>
    Promise.all([
      world.ask<{ review: object }>(who, `{ review(id: "${REVIEWS}:N1") ${LINKED} }`),
      world.ask<object>(who, '{ reviews(filter: { workItem: "115:SECRET-NO" }) { nodes { id } } }'),
      world.ask<object>(who, references, { r }),
    ]);
  test.each([
    ['the reviewed agency', REVIEWED],
    ['its partner', PARTNER],
  ])('is seen by %s without its work item, which would tell the applicant', async (_, who) => {
    const [one, filtered, linked] = await ask(who);
    expect(one.review).toMatchObject({ id: `${REVIEWS}:N1`, workItem: null });
    expect(JSON.stringify(one)).not.toContain('SECRET-NO');
    expect(filtered).toEqual({ reviews: { nodes: [] } });
    expect(linked).toEqual({ _entities: [{ reviews: [] }] });
  });
  test('is found under its work item by a supervisor, and a named one by the agency too', async () => {
    const [one, filtered, linked] = await ask(SUPERVISOR);
    expect(one.review).toMatchObject({ workItem: { id: '115:SECRET-NO' } });
    expect(filtered).toEqual({ reviews: { nodes: [{ id: `${REVIEWS}:N1` }] } });
    expect(linked).toEqual({ _entities: [{ reviews: [{ id: `${REVIEWS}:N1` }] }] });
    const own = await world.ask(
      REVIEWED,
      '{ reviews(filter: { workItem: "115:W-A0" }) { nodes { id workItem { id } } } }',
    );
    expect(own).toEqual({ reviews: { nodes: [{ id: `${REVIEWS}:A0`, workItem: { id: '115:W-A0' } }] } });
  });
});

describe('the text of a review', () => {
  const textFor = async (who: Viewer): Promise<string | null> =>
    (await world.ask<{ review: { text: string | null } }>(who, `{ review(id: "${REVIEWS}:A0") { text } }`)).review.text;
  test('is read by a supervisor for a purpose', async () => {
    expect(await textFor(FOR_A_PURPOSE)).toBe(REVIEWER.content);
  });
  test('is null for everybody else', async () => {
    for (const who of [SUPERVISOR, REVIEWED, PARTNER]) expect(await textFor(who)).toBeNull();
  });
});
