import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoCast, demoViewers, publishWorld } from '../src/index.ts';
import { askGraph, type ListeningHub, openListeningHub } from './listening-hub.ts';
import { overdueRow, PUSH, pushInput } from './rows.ts';

const cast = demoCast();
const agency = cast.agencies[0]!;
const lines: string[] = [];
let world: ListeningHub;
beforeAll(async () => {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  world = await openListeningHub({ log: pino({ level: 'trace' }, stream) });
  const { supervisors, agencies, items, sources } = cast;
  await publishWorld(world.hub, { agencies: [...supervisors, ...agencies], items, sources }, demoViewers()('operator'));
});
afterAll(() => world?.close());

const ISSUE =
  'mutation ($id: ID!) { issueCitizenClock(input: { workItemId: $id }) { ... on IssueCitizenClockPayload { link path } ... on CitizenClockProblem { message { en } } } }';
const REVOKE =
  'mutation ($id: ID!) { revokeCitizenClocks(input: { workItemId: $id }) { ... on RevokeCitizenClocksPayload { revoked } } }';
const CLOCK = 'query ($link: String!) { citizenClock(link: $link) { state standing promise { isOver } } }';

async function issue(no: string): Promise<{ link: string; path: string }> {
  const row = overdueRow(cast, agency, no, Date.now());
  await world.ask('source-115', PUSH, pushInput(`b-${no}`, [row]));
  const { data } = await world.ask<{ issueCitizenClock: { link: string; path: string } }>('source-115', ISSUE, {
    id: `115:${no}`,
  });
  return data!.issueCitizenClock;
}
const look = async (path: string) => {
  const response = await fetch(`${world.origin}${path}`);
  return { status: response.status, headers: response.headers, text: await response.text() };
};

test('an applicant without any account sees the clock of the own application, with the card that stands on it, and nothing of a person', async () => {
  const { link, path } = await issue('Z1');
  await expect
    .poll(
      async () => (await askGraph<{ citizenClock: unknown }>(world.hub.url, null, CLOCK, { link })).data?.citizenClock,
    )
    .toMatchObject({ standing: expect.stringMatching(/YELLOW|RED/), promise: { isOver: true } });
  const { status, headers, text } = await look(path);
  expect(status).toBe(200);
  expect(text).toContain(cast.items.find((one) => one.agency === agency.uscc && one.kind === 'PROMISE')!.name);
  expect(text).toContain(agency.name);
  expect(text).toMatch(/class="standing (yellow|red)"/);
  expect(text).not.toMatch(/张三|张\*|11010519491231002X|Z1|<script|WI-\d\d|JC-/);
  expect(text).not.toContain(link);
  expect(Object.fromEntries(headers)).toMatchObject({
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-/),
    'x-robots-tag': 'noindex, nofollow',
  });
});

test('wrong, revoked and malformed links give the same page to the byte', async () => {
  const { link, path } = await issue('Z2');
  expect((await look(path)).status).toBe(200);
  await world.ask('source-115', REVOKE, { id: '115:Z2' });
  const revoked = await look(path);
  expect(revoked.status).toBe(404);
  for (const wrong of ['x', link.slice(1), `${link}/more`, 'x'.repeat(5_000), '115:Z2', '', '%00', "<script>'"])
    expect(await look(`/clock/${wrong}`)).toMatchObject({ status: 404, text: revoked.text });
});

test('no line of the log, at any level, and no metric holds a link', async () => {
  const { link, path } = await issue('Z3');
  await look(path);
  await look(`${path}?x=1`);
  await look(`${path}/more`);
  await look(`/clock/${'y'.repeat(300)}${link}`);
  await fetch(`${world.origin}${path}`, { method: 'POST', body: 'x' });
  await fetch(`${world.origin}${path}%ff`);
  await fetch(`${world.origin}${path}`, { method: 'DELETE' });
  await askGraph(world.hub.url, null, CLOCK, { link });
  await askGraph(world.hub.url, null, CLOCK.replace('standing', 'standing nothing'), { link });
  const metrics = await (await fetch(`${world.origin}/metrics`)).text();
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => line.includes(link))).toEqual([]);
  expect(metrics).not.toContain(link);
});

test('who asks for clocks without end is told to wait, by the page and by the graph, while who signed in is not', async () => {
  const statuses: number[] = [];
  for (let n = 0; n < 80; n += 1) statuses.push((await look(`/clock/guess-${n}`)).status);
  expect(new Set(statuses)).toEqual(new Set([404, 429]));
  const answer = await askGraph(world.hub.url, null, CLOCK, { link: 'x' });
  expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'TOO_MANY_REQUESTS', messageZh: expect.any(String) });
  expect((await world.ask('source-115', CLOCK, { link: 'x' })).errors).toBeUndefined();
});
