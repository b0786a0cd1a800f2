import { createCapabilities } from '@gnomon/identity';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishedRules } from './matters.ts';
import { signalOf } from './signals.ts';
import { openWorld, viewerOf, type World } from './world.ts';

let world: World;
let capability: (workItem: string) => string;
beforeAll(async () => {
  world = await openWorld(publishedRules());
  const [row] = await world.ports.database.sql<{ key: string }[]>`select key from hub.hash_key`;
  const { sign } = createCapabilities(row!.key, 'citizen clock');
  capability = (workItem) => sign(workItem, world.time.now() + 60_000);
});
afterAll(() => world?.close());

const ASK = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on CitizenClock { standing } } }`;
const standing = async (name: string): Promise<unknown> => {
  const variables = { representations: [{ __typename: 'CitizenClock', capability: name }] };
  const { _entities } = await world.ask<{ _entities: ({ standing: string } | null)[] }>(null, ASK, variables);
  return _entities[0]?.standing ?? null;
};
const SAIHAN = viewerOf('SUPERVISOR', { id: 'supervisor-saihan', tier: 'BANNER', division: '150105' });

test('an applicant learns the gravest that stands on the application, and a held card is not there for him', async () => {
  const of = (subject: string, level: 'WARNING' | 'YELLOW' | 'RED', more: object = {}) =>
    signalOf({ kind: 'ROSE', level, subject, ...more });
  await world.post(
    of('115:w', 'WARNING'),
    of('115:y', 'YELLOW'),
    of('115:r', 'RED'),
    of('115:h', 'RED', { issue: 'CONFIRM' }),
  );
  expect(await standing(capability('115:none'))).toBe('NONE');
  expect(await standing(capability('115:w'))).toBe('WARNING');
  expect(await standing(capability('115:y'))).toBe('YELLOW');
  expect(await standing(capability('115:r'))).toBe('RED');
  expect(await standing(capability('115:h'))).toBe('NONE');
  const [held] = await world.ports.database.sql<{ id: string }[]>`select id from card where subject = '115:h'`;
  await world.ask(SAIHAN, 'mutation ($id: ID!) { confirmCard(input: { cardId: $id }) { __typename } }', {
    id: held!.id,
  });
  expect(await standing(capability('115:h'))).toBe('RED');
});

test('a card that a body of another place issued by hand under that name says nothing of the application', async () => {
  await world.post(signalOf({ kind: 'ROSE', level: 'WARNING', subject: '115:w2' }));
  const by = async (division: string) => {
    const input = {
      ...{ subjectType: 'WorkItem', subjectId: '115:w2', indicator: 'WI-16', level: 'RED', division },
      ...{ messageZh: '抽查发现问题', messageEn: 'A spot check found it', reason: '抽查发现问题' },
      agency: division === '150105' ? null : '11150105011500011X',
    };
    const viewer = { ...SAIHAN, id: `supervisor-${division}`, division };
    const query = 'mutation ($input: IssueCardInput!) { issueCard(input: $input) { __typename } }';
    return (await world.ask<{ issueCard: { __typename: string } }>(viewer, query, { input })).issueCard.__typename;
  };
  expect(await by('150121')).toBe('CardPayload');
  expect(await standing(capability('115:w2'))).toBe('WARNING');
  expect(await by('150105')).toBe('CardPayload');
  expect(await standing(capability('115:w2'))).toBe('RED');
});

test('without a name that work items signed a minute ago at most, nobody learns anything', async () => {
  const name = capability('115:y');
  const forged = createCapabilities('another key', 'citizen clock').sign('115:y', world.time.now() + 60_000);
  for (const wrong of ['115:y', '', forged, `${name}x`, name.slice(1)]) expect(await standing(wrong)).toBeNull();
  world.time.advance(60_001);
  expect(await standing(name)).toBeNull();
});
