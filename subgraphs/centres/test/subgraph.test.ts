import { type RecordTestWorld, source, viewer } from '@gnomon/records/test-world';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AGENCY, event, HALL, morning, ONE, OTHER, openWorld, PUSHER, row, SUPERVISOR } from './world.ts';

let world: RecordTestWorld;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const on = (time: string) => `2026-04-15T${time}+08:00`;
const DAY = `${HALL}:A1:2026-04-15`;
const told = async () =>
  (await world.signals()).map(({ rule, kind, level, turnedAt, knownAt }) => [
    rule,
    kind,
    level,
    new Date(turnedAt).toISOString(),
    new Date(knownAt).toISOString(),
  ]);
const utc = (time: string) => new Date(on(time)).toISOString();

describe('a window that is left', () => {
  it('is told at the very millisecond at which ten, fifteen and sixty minutes are over', async () => {
    await world.push([morning(), event('08:25:00', 'LOGIN')]);
    await world.goTo(on('10:00:05'));
    await world.push([event('10:00:00', 'LEAVE')]);
    await world.goTo(on('11:30:00'));
    expect(await told()).toEqual([
      ['SC-05', 'ROSE', 'WARNING', utc('10:10:00.001'), utc('10:10:00.001')],
      ['SC-05', 'ROSE', 'YELLOW', utc('10:15:00.001'), utc('10:15:00.001')],
      ['SC-05', 'ROSE', 'RED', utc('11:00:00.001'), utc('11:00:00.001')],
    ]);
    const [first] = await world.signals();
    expect(first).toMatchObject({
      subjectType: 'CentreWindowDay',
      subject: DAY,
      occurrence: '10:00:00',
      agency: expect.any(String),
    });
    expect(first?.message.zh).toContain('无人值守');
  });

  it('keeps what it had reached when somebody comes back, and a row that comes late takes it back', async () => {
    await world.push([morning(), event('08:25:00', 'LOGIN'), event('10:00:00', 'LEAVE')]);
    await world.goTo(on('10:12:00'));
    await world.push([event('10:12:00', 'BACK')]);
    await world.goTo(on('12:30:00'));
    expect(await world.standing('centre-window-day', DAY)).toMatchObject([{ rule: 'SC-05', level: 'WARNING' }]);
    // The substitute stood there from 10:05 on; it is only pushed now.
    await world.push([event('10:05:00', 'SUBSTITUTE')]);
    expect(await world.standing('centre-window-day', DAY)).toEqual([]);
    expect((await told()).at(-1)).toMatchObject([
      'SC-05',
      'CORRECTED',
      'NONE',
      utc('10:10:00.001'),
      expect.any(String),
    ]);
  });

  it('counts three long absences of thirty days, also while the third still lasts', async () => {
    for (const [day, isLast] of [
      ['2026-04-15', false],
      ['2026-04-16', false],
      ['2026-04-17', true],
    ] as const) {
      await world.goTo(`${day}T06:00:00+08:00`);
      await world.push([morning(HALL, 'A1', day)]);
      const happened = [event('08:25:00', 'LOGIN', HALL, 'A1', day), event('10:00:00', 'LEAVE', HALL, 'A1', day)];
      await world.goTo(`${day}T10:00:10+08:00`);
      await world.push(isLast ? happened : [...happened]);
      await world.goTo(`${day}T10:16:00+08:00`);
      if (!isLast) await world.push([event('10:16:00', 'BACK', HALL, 'A1', day)]);
    }
    expect(await world.standing('centre-window', `${HALL}:A1`)).toMatchObject([
      { rule: 'SC-05', level: 'RED', turnedAt: Date.parse('2026-04-17T10:15:00.001+08:00') },
    ]);
    await world.goTo('2026-05-16T12:00:00+08:00');
    expect(await world.standing('centre-window', `${HALL}:A1`)).toEqual([]);
  });
});

describe('intake', () => {
  it('waits with what belongs to a window’s day until its roster opens it, and accounts for every row', async () => {
    const early = await world.push([event('08:25:00', 'LOGIN'), { ...event('09:00:00', 'CALL'), event_time: '昨天' }]);
    expect(early.account).toEqual({ rows: 2, taken: 0, setAside: 1, refused: 1, identical: 0 });
    const again = event('09:05:00', 'CALL');
    const late = await world.push([morning(), again, again]);
    expect(late.account).toEqual({ rows: 3, taken: 2, setAside: 0, refused: 0, identical: 1 });
    const { centreRefusedRows } = await world.ask<{
      centreRefusedRows: { nodes: { reason: { zh: string; en: string } }[] };
    }>(PUSHER, '{ centreRefusedRows { nodes { reason { zh en } } } }');
    expect(centreRefusedRows.nodes[0]?.reason.zh).toContain('event_time');
    expect(centreRefusedRows.nodes[0]?.reason.en).toContain('event_time');
  });

  it('places a device’s states in its own day and, where it names a window, in the window’s too, counted once', async () => {
    const state = row('device_state', {
      device_id: `${HALL}-T`,
      window_no: 'A1',
      day: '2026-04-15',
      state: '1',
      from_time: on('08:30:00'),
      to_time: on('12:00:00'),
    });
    expect((await world.push([morning(), state])).account).toMatchObject({ rows: 2, taken: 2, setAside: 0 });
    const places = await world.database.sql<{ kind: string }[]>`select kind from record order by kind`;
    expect(places.map(({ kind }) => kind)).toEqual(['device-day', 'window-day']);
  });
});

describe('the graph', () => {
  it('shows a centre as published, with its windows, items and days', async () => {
    await world.push([
      morning(),
      event('08:25:00', 'LOGIN'),
      row('service_open', {
        window_no: 'A1',
        day: '2026-04-15',
        open_time: on('08:30:00'),
        close_time: on('10:15:00'),
      }),
    ]);
    await world.goTo('2026-04-16T09:00:00+08:00');
    const { centre } = await world.ask<{ centre: unknown }>(
      SUPERVISOR,
      `{ centre(id: "${HALL}") { name kind place { id } agency { uscc } entry { mustEnter entered negative authorised }
        windows { id type isMonitored agency { uscc } days(first: 3) { id on published { from to } opened { from to } absences { from to } standing { level } } }
        devices { id kind } days(first: 5) { id facts standing { indicator { id } level } centre { id } } } }`,
    );
    expect(centre).toMatchObject({
      name: `大厅${HALL}`,
      kind: 'CENTRE',
      place: { id: HALL },
      entry: { mustEnter: 1, entered: 1, negative: 0, authorised: 1 },
      windows: [
        {
          id: `${HALL}:A1`,
          type: 'INTEGRATED',
          isMonitored: true,
          days: [{ id: DAY, on: '2026-04-15', absences: [] }],
        },
        { id: `${HALL}:S9`, type: 'SPECIAL', agency: { uscc: OTHER }, days: [] },
      ],
      devices: [{ id: `${HALL}-T`, kind: 'TERMINAL' }],
    });
    const [day] = (centre as { days: { id: string; facts: unknown; standing: unknown }[] }).days;
    // 105 of 210 minutes; the terminal was heard of never.
    expect(day).toMatchObject({
      id: `${HALL}:2026-04-15`,
      facts: { openShare: 0.5, deviceMinutes: 210, onlineShare: 0 },
      standing: [
        { indicator: { id: 'SC-07' }, level: 'RED' },
        { indicator: { id: 'SC-11' }, level: 'RED' },
      ],
    });
  });

  it('shows a ticket’s path and never whose it was, and tells of a served one by key', async () => {
    const taken = {
      ...{ ticket_no: 'N1', business_group: '社保', take_time: on('09:00:00'), call_time: on('09:12:30') },
      ...{ applicant_name: '李四光', applicant_code: '11010519491231002X' },
      ...{ project_no: 'W1', item_source: '115', item_code: 'i' },
    };
    await world.goTo(on('09:20:00'));
    await world.push([row('queue_ticket', taken, '2026-04-15 09:12:30')]);
    expect(await world.told()).toEqual([]);
    await world.push([
      { ...row('queue_ticket', { ...taken, serve_time: on('09:13:00') }, '2026-04-15 09:13:00'), row_guid: 'N1' },
    ]);
    const [served] = await world.told();
    expect(served).toMatchObject({
      kind: 'queue-ticket',
      id: `${HALL}:N1`,
      facts: { ticketNo: 'N1', centre: HALL, item: 'i', servedAt: Date.parse(on('09:13:00')), workItem: '115:W1' },
    });
    expect(served?.facts.applicantKey).toMatch(/^[0-9a-f]{16}$/);
    const { queueTicket } = await world.ask<{ queueTicket: unknown }>(
      AGENCY,
      `{ queueTicket(id: "${HALL}:N1") { state waitMinutes centre { name } workItem { id } rowVersions { table content } } }`,
    );
    expect(queueTicket).toMatchObject({ state: 'SERVED', waitMinutes: 12.5, workItem: { id: '115:W1' } });
    expect(JSON.stringify([queueTicket, served])).not.toMatch(/李四光|11010519491231002X/);
  });

  it('lists tickets and findings, newest first, with what stands on them', async () => {
    await world.goTo('2026-04-17T09:00:00+08:00');
    const ticket = (no: string, receive_time: string) =>
      row('centre_ticket', {
        ticket_no: no,
        org_code: OTHER,
        ticket_class: '1',
        receive_time,
        complainant_name: '赵某',
      });
    await world.push([
      ticket('T1', '2026-04-14 09:00:00'),
      ticket('T2', '2026-04-17 08:40:00'),
      row('centre_finding', {
        finding_no: 'F1',
        window_no: 'A1',
        org_code: OTHER,
        finding_class: '5',
        found_by: '2',
        found_time: '2026-04-16 09:00:00',
        verdict: '1',
        verdict_time: '2026-04-16 15:00:00',
      }),
    ]);
    const answer = await world.ask<{ centreTickets: { nodes: unknown[] }; centreFindings: { nodes: unknown[] } }>(
      SUPERVISOR,
      `{ centreTickets(first: 5) { nodes { id class isUpheld agency { uscc } standing { indicator { id } level } } }
         centreFindings(filter: { state: ["CONFIRMED"] }) { nodes { id class verdict window { id } standing { level } } } }`,
    );
    expect(answer.centreTickets.nodes).toMatchObject([
      { id: '115-centres:T2', class: 'CONSULTATION', standing: [] },
      { id: '115-centres:T1', agency: { uscc: OTHER }, standing: [{ indicator: { id: 'SC-09' }, level: 'RED' }] },
    ]);
    expect(answer.centreFindings.nodes).toMatchObject([
      { id: '115-centres:F1', class: 'RUDE_REFUSAL', verdict: 'CONFIRMED', standing: [{ level: 'RED' }] },
    ]);
  });

  it('refuses a list that is too long by its name, in both languages', async () => {
    const question = `{ centre(id: "${HALL}") { days(first: 63) { id } } }`;
    await expect(world.ask(SUPERVISOR, question)).rejects.toMatchObject({
      message: expect.stringContaining('1 to 62'),
      extensions: { code: 'BAD_PAGE', messageZh: expect.stringContaining('1 至 62') },
    });
  });
});

describe('a system that pushes by the end of the next working day', () => {
  it('is judged when its rows must have come, and dated to the instant at which the window had been empty too long', async () => {
    await world.publish([['source', source('116-halls', ONE, '150105')]]);
    const slow = (one: Record<string, unknown>) => ({ ...one, data_source: '116-halls' });
    const who = viewer('SOURCE', { id: 'slow', sources: ['116-halls'] });
    await world.push([slow(morning()), slow(event('08:25:00', 'LOGIN')), slow(event('10:00:00', 'LEAVE'))], {
      viewer: who,
    });
    await world.goTo('2026-04-16T23:59:59+08:00');
    expect(await world.standing('centre-window-day', DAY)).toEqual([]);
    await world.goTo('2026-04-17T00:00:00+08:00');
    expect(await world.standing('centre-window-day', DAY)).toMatchObject([
      { rule: 'SC-05', level: 'RED', turnedAt: Date.parse(on('11:00:00.001')) },
    ]);
  });

  it('spares the window whose clerk’s return was pushed in time', async () => {
    await world.publish([['source', source('116-halls', ONE, '150105')]]);
    const slow = (one: Record<string, unknown>) => ({ ...one, data_source: '116-halls' });
    const who = viewer('SOURCE', { id: 'slow', sources: ['116-halls'] });
    await world.push([slow(morning()), slow(event('08:25:00', 'LOGIN')), slow(event('10:00:00', 'LEAVE'))], {
      viewer: who,
    });
    await world.goTo('2026-04-16T23:00:00+08:00');
    await world.push([slow(event('10:08:00', 'BACK'))], { viewer: who });
    await world.goTo('2026-04-20T09:00:00+08:00');
    expect(await world.standing('centre-window-day', DAY)).toEqual([]);
    expect((await world.signals()).filter(({ subjectKind }) => subjectKind === 'centre-window-day')).toEqual([]);
  });
});
