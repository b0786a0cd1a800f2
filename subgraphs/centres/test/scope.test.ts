import type { Viewer } from '@gnomon/identity';
import type { RecordTestWorld } from '@gnomon/records/test-world';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGENCY, event, HALL, morning, ONE, OTHER, OTHER_HALL, openWorld, PARTNER, row, SUPERVISOR } from './world.ts';

let world: RecordTestWorld;
/** With what stands around it, for whoever reads the failure. */
const FOREIGN = new RegExp(`.{0,120}(?:${OTHER}|${OTHER_HALL}|S9|foreign).{0,60}`);

/** The same of each agency: what makes every kind of subject, one refused row, one ticket in the queue. */
beforeAll(async () => {
  world = await openWorld();
  await world.goTo('2026-04-15T06:00:00+08:00');
  for (const [hall, agency, name] of [
    [HALL, ONE, 'own'],
    [OTHER_HALL, OTHER, 'foreign'],
  ] as const) {
    await world.push([morning(hall), event('08:40:00', 'LOGIN', hall)]);
    await world.push([
      // Twenty numbers are the smallest sample of a business group's day.
      ...Array.from({ length: 20 }, (_, index) =>
        row('queue_ticket', {
          ...{ centre_id: hall, ticket_no: index === 0 ? name : `${name}-${index}`, business_group: name },
          ...{ take_time: '2026-04-15 09:00:00', call_time: '2026-04-15 09:05:00' },
        }),
      ),
      row('centre_ticket', {
        centre_id: hall,
        ticket_no: name,
        org_code: agency,
        ticket_class: '3',
        receive_time: '2026-04-14 09:00:00',
      }),
      ...[1, 2, 3].map((n) =>
        row('centre_finding', {
          centre_id: hall,
          finding_no: `${name}-${n}`,
          window_no: 'A1',
          org_code: agency,
          finding_class: '1',
          found_by: '2',
          found_time: '2026-04-14 09:00:00',
          verdict: '1',
        }),
      ),
      {
        ...row('centre_ticket', { centre_id: hall, ticket_no: `${name}-refused`, org_code: agency }),
        receive_time: '昨天',
      },
      row('station_plan', { centre_id: hall, quarter: '2026-Q2', assigned_items: 6 }),
    ]);
    await world.milestones('work-items milestones', [
      {
        ...{ kind: 'work-item', id: `115:${name}`, at: world.time.now(), n: 1, source: '115', agency, item: null },
        division: agency === ONE ? '150105' : '150621',
        facts: {
          no: name,
          state: 'ACCEPTED',
          acceptedAt: Date.parse('2026-04-14T09:00:00+08:00'),
          channel: 'WINDOW',
          place: hall,
          windowNo: 'A1',
          promiseWorkdays: 1,
          suspendedWorkdays: 0,
        },
      },
    ]);
  }
  // The foreign agency's special window stands in the own hall.
  await world.push([morning(HALL, 'S9')]);
  await world.goTo('2026-07-02T09:00:00+08:00');
});
afterAll(() => world.close());

const COMMON = 'agency { uscc } division { code } facts standing { level indicator { id } occurrence }';
const WINDOW_DAY = `id on source { id } centre { id } window { id } published { from } absences { from } ${COMMON} rowVersions { table content }`;
const CENTRE = `id name agency { uscc } parent { id } entry { mustEnter } devices { id }
  windows { id windowNo ${COMMON} days(first: 5) { ${WINDOW_DAY} } } days(first: 62) { id ${COMMON} } months(first: 12) { id ${COMMON} }`;
const QUESTIONS = [
  `{ centres(first: 200) { edges { cursor } nodes { ${CENTRE} } pageInfo { endCursor hasNextPage } } }`,
  ...[HALL, OTHER_HALL].flatMap((hall) => [
    `{ centre(id: "${hall}") { ${CENTRE} } }`,
    `{ centreWindow(id: "${hall}:A1") { id ${COMMON} } centreWindowDay(id: "${hall}:A1:2026-04-15") { ${WINDOW_DAY} } }`,
  ]),
  `{ centreWindow(id: "${HALL}:S9") { id ${COMMON} } centreWindowDay(id: "${HALL}:S9:2026-04-15") { ${WINDOW_DAY} } }`,
  ...[`${HALL}:own`, `${OTHER_HALL}:foreign`].map(
    (id) =>
      `{ queueTicket(id: "${id}") { id businessGroup centre { ${CENTRE} } agency { uscc } rowVersions { content } } }`,
  ),
  ...['own', 'foreign'].map(
    (no) => `{ centreTicket(id: "115-centres:${no}") { id centre { id } ${COMMON} rowVersions { content } } }`,
  ),
  '{ queueTickets(first: 200) { nodes { id agency { uscc } rowVersions { content } } } }',
  `{ centreTickets(first: 200) { edges { cursor } nodes { id ${COMMON} } pageInfo { endCursor } } }`,
  `{ centreFindings(first: 200) { nodes { id window { id } ${COMMON} } } }`,
  '{ centreSignals(first: 200) { nodes { subjectId message { zh en } agency { uscc } division { code } } hasNextPage } }',
  '{ centreDueSoon(first: 200, withinWorkdays: 10) { nodes { subjectId message { zh } } } }',
  '{ centreRefusedRows(first: 200) { nodes { no content reason { zh } } } }',
  '{ centreBatches(first: 200) { nodes { id account { rows } } } }',
];
const REFERENCES: readonly (readonly [string, (hall: string, agency: string, name: string) => string])[] = [
  ['Centre', (hall) => hall],
  ['CentreWindow', (hall) => `${hall}:A1`],
  ['CentreWindowDay', (hall) => `${hall}:A1:2026-04-15`],
  ['QueueTicket', (hall, _, name) => `${hall}:${name}`],
  ['CentreTicket', (_, __, name) => `115-centres:${name}`],
  ['CentreFinding', (_, __, name) => `115-centres:${name}-1`],
  ['CentreDay', (hall) => `${hall}:2026-04-15`],
  ['CentreGroupDay', (hall, _, name) => `${hall}:${name}:2026-04-15`],
  ['CentreMonth', (hall) => `${hall}:2026-04`],
  ['CentreAgencyMonth', (_, agency) => `${agency}:2026-04`],
  ['CentreAgency', (_, agency) => agency],
  ['StationMonth', (hall) => `${hall}:2026-05`],
  ['StationQuarter', (hall) => `${hall}:2026-Q2`],
];

async function everything(who: Viewer): Promise<string> {
  const answers: unknown[] = [];
  for (const question of QUESTIONS) answers.push(await world.ask(who, question).catch((error: Error) => error.message));
  return JSON.stringify(answers);
}

async function reference(who: Viewer, type: string, id: string): Promise<unknown> {
  const question = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { id agency { uscc } } } }`;
  const answer = await world.ask<{ _entities: unknown[] }>(who, question, { of: [{ __typename: type, id }] });
  return answer._entities[0];
}

describe('an agency that asks the subgraph alone', () => {
  it.each([
    ['agency', AGENCY],
    ['partner', PARTNER],
  ])('as %s finds nothing of another in any field, list, signal, look ahead, refused row or error', async (_, who) => {
    const told = await everything(who);
    for (const own of [HALL, 'own', ONE]) expect(told).toContain(own);
    expect(told).not.toContain('Cannot query field');
    expect(FOREIGN.exec(told)?.[0] ?? null).toBeNull();
  });

  it('would have found it, since a supervisor over both does', async () => {
    const told = await everything(SUPERVISOR);
    for (const seen of [OTHER, OTHER_HALL, `${HALL}:S9`, 'foreign']) expect(told).toContain(seen);
  });

  it.each(REFERENCES)('resolves a reference to its own %s and none to another’s', async (type, idOf) => {
    expect(await reference(AGENCY, type, idOf(HALL, ONE, 'own'))).toMatchObject({ agency: { uscc: ONE } });
    expect(await reference(AGENCY, type, idOf(OTHER_HALL, OTHER, 'foreign'))).toBeNull();
    expect(await reference(SUPERVISOR, type, idOf(OTHER_HALL, OTHER, 'foreign'))).toMatchObject({
      agency: { uscc: OTHER },
    });
  });

  it('is not told how many others there are: findings count its own three, a supervisor’s six', async () => {
    const count = async (who: Viewer): Promise<number | undefined> => {
      const question = '{ centreIndicatorValues(filter: { indicators: ["SC-08"] }) { denominator } }';
      const answer = await world.ask<{ centreIndicatorValues: { denominator: number }[] }>(who, question);
      return answer.centreIndicatorValues[0]?.denominator;
    };
    // Each agency has its three findings and its own ninety days.
    expect([await count(AGENCY), await count(SUPERVISOR)]).toEqual([4, 8]);
  });
});
