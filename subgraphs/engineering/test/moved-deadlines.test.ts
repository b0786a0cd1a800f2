import { fileURLToPath } from 'node:url';
import { agency, openRecordWorld, type RecordTestWorld, rulesOf, source, viewer } from '@gnomon/records/test-world';
import type { RulesInForce, RulesPort } from '@gnomon/subgraph-kit';
import { createCalendarSet } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { subgraph } from '../src/subgraph.ts';
import { PUSHER, type PushedRow, SUPERVISOR, SYSTEM } from './world.ts';

/*
 * The deadlines of records that a proposed notice moves: a Monday in March that would be off, and a Saturday that would be worked for it.
 */
const FOLDER = fileURLToPath(new URL('../../../rules', import.meta.url));
const LEAD = '11150105011597010A';
const CODE = '2603-150105-48-01-123456';
const OFF = '2026-03-16';
let world: RecordTestWorld;
let made = 0;

const row = (table: string, columns: PushedRow): PushedRow => ({
  ...{ table, row_guid: `g${++made}`, cd_operation: 'I', cd_time: '2026-03-02 09:30:00', data_source: SYSTEM },
  ...columns,
});
const approval = (no: string, limit: number, more: PushedRow = {}): PushedRow =>
  row('eng_approval', {
    ...{ approval_no: no, project_code: CODE, work_item_no: `W-${no}`, approval_kind: '99', stage: '3' },
    ...{ item_code: '000117001000', org_code: LEAD, division: '150105', document_no: `文-${no}`, plan_limit: limit },
    ...{ accepted_at: '2026-03-02 09:00:00', entered_at: '2026-03-02 09:00:00' },
    ...more,
  });

function withMondayOff(base: RulesInForce): RulesInForce {
  const data = readCalendarFolder(`${FOLDER}/calendar`);
  const notices = data.notices.map((notice) =>
    notice.year === 2026 ? { ...notice, days: [...notice.days, { date: OFF, name: '示例', off: true }] } : notice,
  );
  const calendars = createCalendarSet({ ...data, notices });
  return { ...base, calendar: calendars.base, calendarFor: (division) => calendars.in({ division }) };
}

beforeAll(async () => {
  const published = rulesOf(FOLDER);
  const proposed = withMondayOff(published.current());
  const rules: RulesPort = {
    ...published,
    draft: ([id], division) => (id === 'LAW-2' && '15'.startsWith(division ?? '-') ? { rules: proposed } : null),
  };
  world = await openRecordWorld(subgraph, { prefix: 'engineering', start: '2026-03-02T10:00:00+08:00', rules });
  await world.publish([
    ['agency', agency(LEAD, '150105')],
    ['source', source(SYSTEM, LEAD, '15', { ownPlatform: true })],
  ]);
  await world.push([approval('SHORT', 5), approval('LONG', 20), approval('DONE', 20)], { viewer: PUSHER });
  await world.goTo('2026-03-10T10:00:00+08:00');
  const done = approval('DONE', 20, {
    finished_at: '2026-03-10 09:00:00',
    outcome: 'GRANTED',
    cd_time: '2026-03-10 09:30:00',
  });
  await world.push([done], { batchId: 'later', viewer: PUSHER });
});
afterAll(() => world?.close());

interface Moved {
  readonly __typename: string;
  readonly subjects?: number;
  readonly moved?: number;
  readonly deadlines?: readonly { readonly subjectId: string; readonly clock: string }[];
}
const moved = async (text: string, who = SUPERVISOR, first = 100): Promise<Moved> => {
  const answer = await world.ask<{ engineeringMovedDeadlines: Moved }>(
    who,
    `query ($text: ID!, $first: Int) { engineeringMovedDeadlines(text: $text, first: $first) { __typename
      ... on MovedDeadlines { subjects moved deadlines {
        subjectType subjectId agency { uscc } clock fromAt toAt wasProvisional isProvisional because } }
      ... on RehearsalRefused { message { zh en } } } }`,
    { text, first },
  );
  return answer.engineeringMovedDeadlines;
};

test('those that lie beyond the day move by one working day, each with both instants and the day that moves it', async () => {
  const found = await moved('LAW-2');
  // The short one is over before the Monday, and of the one that is done nothing runs any more.
  expect(found).toMatchObject({ __typename: 'MovedDeadlines', moved: 1 });
  expect(found.deadlines).toEqual([
    {
      ...{ subjectType: 'ProjectApproval', subjectId: `${SYSTEM}:LONG`, agency: { uscc: LEAD }, clock: 'plan' },
      ...{ fromAt: '2026-03-30T16:00:00.000Z', toAt: '2026-03-31T16:00:00.000Z' },
      ...{ wasProvisional: false, isProvisional: false, because: [OFF] },
    },
  ]);
});

test('the number is whole however few are asked for, and nothing is moved by looking', async () => {
  expect(await moved('LAW-2', SUPERVISOR, 0)).toMatchObject({ moved: 1, deadlines: [] });
  expect(await moved('LAW-2', SUPERVISOR, -1)).toMatchObject({ moved: 1, deadlines: [] });
  await world.goTo('2026-03-30T23:59:59+08:00');
  expect((await overdue()).map(({ subject }) => subject)).not.toContain(`${SYSTEM}:LONG`);
  await world.goTo('2026-03-31T00:00:00+08:00');
  expect((await overdue()).map(({ subject }) => subject)).toContain(`${SYSTEM}:LONG`);
});

test('a text that is not known, and a viewer whom it does not concern, are refused by name', async () => {
  expect(await moved('LAW-9')).toMatchObject({ __typename: 'RehearsalRefused', message: { zh: expect.any(String) } });
  const elsewhere = viewer('SUPERVISOR', { division: '1502', tier: 'LEAGUE' });
  expect(await moved('LAW-2', elsewhere)).toMatchObject({ __typename: 'RehearsalRefused' });
  await expect(moved('LAW-2', viewer('AUDITOR', { division: '15', tier: 'REGION' }))).rejects.toThrow(/MAKE_RULES/);
});

/** Approvals whose plan's time is over (EP-03). */
const overdue = async () => (await world.signals()).filter(({ rule, level }) => rule === 'EP-03' && level === 'YELLOW');
