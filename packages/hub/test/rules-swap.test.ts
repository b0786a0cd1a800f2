import { readFileSync } from 'node:fs';
import { type Client, createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ListeningHub, openListeningHub } from './listening-hub.ts';

const DAY_MS = 86_400_000;
const FEED = 'subscription { supervisionFeed(filter: { domain: [WORK_ITEM] }) { kind card { message { en } } } }';
let present = Date.now();
let world: ListeningHub;
let client: Client;
/** What the one connection told: entries of the feed, and its end. */
const told: string[] = [];
beforeAll(async () => {
  world = await openListeningHub({ background: false, time: { now: () => present } });
  client = createClient({
    url: world.hub.url.replace('http', 'ws'),
    connectionParams: { authorization: `Bearer ${await world.token('auditor-region')}` },
    retryAttempts: 0,
    on: { closed: () => told.push('closed') },
  });
  client.subscribe<{ supervisionFeed: { kind: string; card: { message: { en: string } } } }>(
    { query: FEED },
    {
      next: ({ data, errors }) =>
        told.push(
          errors === undefined ? `${data!.supervisionFeed.kind} ${data!.supervisionFeed.card.message.en}` : 'errors',
        ),
      error: () => told.push('error'),
      complete: () => told.push('complete'),
    },
  );
  await new Promise((resolve) => client.on('connected', resolve));
});
afterAll(async () => {
  await client?.dispose();
  await world?.close();
});

const hears = (entries: readonly string[]) => expect.poll(() => told).toEqual(entries);

/** A card by hand, told to whoever listens. */
async function issue(messageEn: string): Promise<void> {
  const input = {
    ...{ subjectType: 'WorkItem', indicator: 'WI-16', level: 'YELLOW', messageEn },
    ...{ agency: '11150105113001122R', division: '150105', messageZh: '抽查发现问题', reason: '抽查发现问题' },
    subjectId: `swap:${messageEn.length}`,
  };
  const { data } = await world.ask<{ issueCard: { __typename: string } }>(
    'supervisor-saihan',
    'mutation ($input: IssueCardInput!) { issueCard(input: $input) { __typename ... on CardProblem { message { en } } } }',
    { input },
  );
  expect(data?.issueCard).toMatchObject({ __typename: 'CardPayload' });
  await world.hub.settle();
}

async function act(account: string, field: string, type: string, input: object): Promise<{ id: string }> {
  const query = `mutation ($input: ${type}!) { done: ${field}(input: $input) { ... on LawProblem { message { en } } ... on RuleTextPayload { ruleText { id } } } }`;
  const { data } = await world.ask<{ done: { ruleText?: { id: string } } }>(account, query, { input });
  if (data?.done.ruleText === undefined) throw new Error(JSON.stringify(data));
  return data.done.ruleText;
}

test('a subscription through the gateway lives on, on the same connection, when a published rule comes into force', async () => {
  await issue('before it is published');
  await hears(['ISSUED_BY_HAND before it is published']);
  const rule = readFileSync(new URL('../../../rules/base/WI-07.yaml', import.meta.url), 'utf8');
  const text = `${rule.split('\ntests:')[0]!.replace(/^version: .*$/m, 'version: "2099.1"')}\n`;
  const about = { document: '示例', contact: '示例', note: '示例' };
  const draft = { kind: 'RULE', text, ...about };
  const { id } = await act('supervisor-region', 'proposeRuleText', 'ProposeRuleTextInput', draft);
  await act('supervisor-region', 'consultRuleText', 'ConsultRuleTextInput', { id, consultation: '无意见' });
  await act('supervisor-region-2', 'publishRuleText', 'PublishRuleTextInput', { id });
  await issue('published');
  await hears(['ISSUED_BY_HAND before it is published', 'ISSUED_BY_HAND published']);

  present += 30 * DAY_MS;
  await world.hub.rules.part.settle();
  expect(world.hub.rules.current().pack.rules.get('WI-07')!.version).toBe('2099.1');
  await issue('in force');
  await expect.poll(() => told).toContain('ISSUED_BY_HAND in force');
  // The cards of before were accepted by silence meanwhile.
  expect(told.filter((one) => !one.startsWith('ACCEPTED_BY_SILENCE'))).toEqual([
    ...['ISSUED_BY_HAND before it is published', 'ISSUED_BY_HAND published', 'ISSUED_BY_HAND in force'],
  ]);
}, 120_000);
