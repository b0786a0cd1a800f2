import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { demoCast } from '../src/index.ts';
import { type ListeningHub, openListeningHub } from './listening-hub.ts';
import { runCommand } from './run-command.ts';

/*
 * Whoever may write the database may cut the end off the log together with its heads; heads that are kept elsewhere find it out.
 */
const VERIFY = fileURLToPath(new URL('../../acts/src/main.ts', import.meta.url));
const MINUTE_MS = 60_000;
let present = Date.parse('2026-03-04T09:00:00+08:00');
let folder: string;
let world: ListeningHub | undefined;
beforeEach(() => {
  present = Date.parse('2026-03-04T09:00:00+08:00');
  folder = mkdtempSync(join(tmpdir(), 'gnomon-heads-'));
});
afterEach(async () => {
  await world?.close();
  world = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function open(target?: string): Promise<ListeningHub> {
  const env: Record<string, string> = target === undefined ? {} : { GNOMON_LOG_HEADS: target };
  world = await openListeningHub({ time: { now: () => present }, background: false }, env);
  await world.hub.settle();
  return world;
}
let subjects = 0;
/** Something that the log tells of. */
async function act({ ask, hub }: ListeningHub): Promise<void> {
  const { uscc: agency, division } = demoCast().agencies[12]!;
  subjects += 1;
  const issued = await ask<{ issueCard: { __typename: string } }>(
    'supervisor-saihan',
    `mutation ($subject: ID!, $agency: ID!, $division: ID!) { issueCard(input: { subjectType: "WorkItem", subjectId: $subject,
      indicator: "WI-16", level: YELLOW, agency: $agency, division: $division, messageZh: "抽查发现特别程序未附依据",
      messageEn: "A spot check found a special procedure without its basis", reason: "演示闭环全流程" }) { __typename } }`,
    { subject: `heads:${subjects}`, agency, division },
  );
  expect(issued.data?.issueCard.__typename).toBe('CardPayload');
  await hub.settle();
}
/** Minutes in which the hub runs and somebody looks; what is raised and cleared. */
async function watchFor({ hub }: ListeningHub, minutes: number): Promise<readonly string[]> {
  const told: string[] = [];
  for (let passed = 0; passed < minutes; passed += 1) {
    present += MINUTE_MS;
    await hub.settle();
    told.push(...(await hub.watch()).map(({ kind, alarm }) => `${kind} ${alarm.kind} ${alarm.about}`));
  }
  return told;
}
/** A line of the log, as anybody reads it. */
interface Line {
  readonly entry?: { readonly sequence: number };
  readonly head?: { readonly sequence: number };
}
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
const headsIn = (text: string) => linesOf(text).flatMap(({ head }) => head ?? []);

test('a log that was cut off together with all its heads is whole by itself, and found out by those that the hub kept', async () => {
  const hub = await open();
  await act(hub);
  const kept = join(hub.home, 'log-heads');
  expect(readdirSync(kept)).toEqual(['heads-2026-03-04.ndjson']);
  await act(hub);
  const token = await hub.token('audit-admin');
  const answer = await fetch(`${hub.origin}/supervision/acts.ndjson`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const log = (await answer.text()).trimEnd().split('\n');
  const heads = headsIn(log.join('\n'));
  expect(headsIn(readFileSync(join(kept, 'heads-2026-03-04.ndjson'), 'utf8')).at(-1)).toEqual(heads.at(-1));
  const last = heads.at(-2)!.sequence;
  const cut = log.filter((text) => {
    const { entry, head } = JSON.parse(text) as Line;
    return (entry ?? head)!.sequence <= last;
  });
  expect(cut.length).toBeLessThan(log.length);
  writeFileSync(join(folder, 'whole.ndjson'), log.join('\n'));
  writeFileSync(join(folder, 'cut.ndjson'), cut.join('\n'));
  const key = join(hub.home, 'identity', 'log-key.public.json');
  const verify = (file: string, ...more: string[]) => runCommand(VERIFY, [join(folder, file), '--key', key, ...more]);
  expect(await verify('whole.ndjson', '--heads', kept)).toMatchObject({ code: 0 });
  expect(await verify('cut.ndjson')).toMatchObject({ code: 0 });
  const found = await verify('cut.ndjson', '--heads', kept);
  expect(found).toMatchObject({ code: 1, stdout: expect.stringContaining('TRUNCATED') });
  const none = await verify('cut.ndjson', '--heads', folder.replace(/[^/]+$/, ''));
  expect(none.code).toBe(2);
});

test('heads that cannot be kept are an alarm after ten minutes, until they are', async () => {
  // Where the folder is to be there is a file.
  writeFileSync(join(folder, 'taken'), '');
  const hub = await open(join(folder, 'taken', 'heads'));
  await act(hub);
  expect(await watchFor(hub, 10)).toEqual([]);
  expect(await watchFor(hub, 1)).toEqual(['RAISED LOG_HEADS_STAND log']);
  expect(await (await fetch(`${hub.origin}/metrics`)).text()).toContain(
    'gnomon_alarm{kind="LOG_HEADS_STAND",about="log"} 1',
  );
  rmSync(join(folder, 'taken'));
  mkdirSync(join(folder, 'taken'));
  expect(await watchFor(hub, 1)).toEqual(['CLEARED LOG_HEADS_STAND log']);
  expect(headsIn(readFileSync(join(folder, 'taken/heads/heads-2026-03-04.ndjson'), 'utf8'))).toHaveLength(1);
});

test('an address takes heads as lines; one that refuses them is asked again', async () => {
  const came: string[] = [];
  let refuses = true;
  const server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => (text += String(part)));
    request.on('end', () => {
      if (!refuses) came.push(text);
      response.writeHead(refuses ? 503 : 204).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const hub = await open(`http://127.0.0.1:${(server.address() as AddressInfo).port}/heads`);
    await act(hub);
    expect(came).toEqual([]);
    refuses = false;
    expect(await watchFor(hub, 1)).toEqual([]);
    expect(headsIn(came.join(''))).toHaveLength(1);
  } finally {
    server.close();
  }
});

test('a hub that was told to keep no heads says so', async () => {
  const hub = await open('off');
  expect(await watchFor(hub, 1)).toEqual(['RAISED PART_MISSING supervision: log heads']);
});
