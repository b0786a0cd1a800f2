import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ListeningHub, openListeningHub } from './listening-hub.ts';
import { type Outcome, runCommand } from './run-command.ts';

const INTAKE = 'packages/hub/src/commands/intake.ts';
const LOGS = fileURLToPath(new URL('../../province/data/logs/', import.meta.url));
const FILES = ['bpic15_1.items', 'bpic15_1.events', 'bpic15_3.items', 'bpic15_3.events'].map(
  (name) => `${LOGS}${name}.jsonl.gz`,
);
/** What the data's own README says, counted from the logs without this program. */
const KNOWN = {
  'bpic-1': { items: 1_199, steps: { steps: 52_217, withDue: 3_340, lateByDay: 142 } },
  'bpic-3': { items: 1_409, steps: { steps: 59_681, withDue: 3_850, lateByDay: 852 } },
};

let world: ListeningHub;
let intake: Outcome;
beforeAll(async () => {
  world = await openListeningHub();
  intake = await send(FILES);
  // 119,000 rows: half a minute on two idle cores, minutes on busy ones.
});
afterAll(() => world?.close());

function send(files: readonly string[], ...more: readonly string[]): Promise<Outcome> {
  return runCommand(INTAKE, ['--mapping', 'bpic15', '--hub', world.origin, ...more, ...files], {
    GNOMON_HOME: world.home,
  });
}

interface Account {
  readonly rows: number;
  readonly taken: number;
  readonly setAside: number;
  readonly refused: number;
  readonly identical: number;
}
function accountsIn({ stdout }: Outcome): readonly Account[] {
  const line = /rows (\d+) = \S+ taken (\d+) \+ \S+ set aside (\d+) \+ \S+ refused (\d+) \+ \S+ identical (\d+)/g;
  return [...stdout.matchAll(line)].map((found) => {
    const [rows, taken, setAside, refused, identical] = found.slice(1).map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return { rows, taken, setAside, refused, identical };
  });
}

interface ItemPage {
  readonly workItems: {
    readonly nodes: readonly {
      readonly id: string;
      readonly standing: readonly { readonly indicator: { readonly id: string } }[];
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}
interface IndicatorValue {
  readonly indicator: { readonly id: string; readonly title: { readonly zh: string } };
  readonly numerator: number;
  readonly denominator: number;
  readonly byLevel: readonly { readonly count: number }[];
}

async function allItems(source: string): Promise<ItemPage['workItems']['nodes']> {
  const nodes: ItemPage['workItems']['nodes'][number][] = [];
  for (let after: string | null = null; ; ) {
    const { data, errors }: { data?: ItemPage | null; errors?: unknown } = await world.ask<ItemPage>(
      'supervisor-region',
      `query ($source: ID, $after: String) {
        workItems(filter: { source: $source }, first: 200, after: $after) {
          nodes { id standing { indicator { id } } } pageInfo { hasNextPage endCursor }
        }
      }`,
      { source, after },
    );
    expect(errors).toBeUndefined();
    nodes.push(...data!.workItems.nodes);
    if (!data!.workItems.pageInfo.hasNextPage) return nodes;
    after = data!.workItems.pageInfo.endCursor;
  }
}

test('the intake command accounts for every row of the four logs and refuses none', () => {
  expect(intake.code, intake.stderr).toBe(0);
  const accounts = accountsIn(intake);
  expect(accounts).toHaveLength(FILES.length);
  for (const { rows, taken, setAside, refused, identical } of accounts) {
    expect(taken + setAside + refused + identical).toBe(rows);
    expect({ setAside, refused, identical }).toEqual({ setAside: 0, refused: 0, identical: 0 });
  }
  // Each event is a row, and the request for missing data is a supplement notice beside it.
  expect(accounts[1]!.rows).toBeGreaterThanOrEqual(KNOWN['bpic-1'].steps.steps);
  expect(accounts[3]!.rows).toBeGreaterThanOrEqual(KNOWN['bpic-3'].steps.steps);
});

test.each(Object.entries(KNOWN))('the known figures of %s come out of the graph', async (source, known) => {
  const { data, errors } = await world.ask<{ stepDeadlines: object }>(
    'supervisor-region',
    'query ($source: ID!) { stepDeadlines(source: $source) { steps withDue lateByDay } }',
    { source },
  );
  expect(errors).toBeUndefined();
  expect(data!.stepDeadlines).toEqual(known.steps);
  expect(await allItems(source)).toHaveLength(known.items);
});

test('every item was judged: what an indicator counts is what stands on the items', async () => {
  for (const [source, known] of Object.entries(KNOWN)) {
    const { data, errors } = await world.ask<{ indicatorValues: readonly IndicatorValue[] }>(
      'supervisor-region',
      `query ($source: ID) {
        indicatorValues(filter: { source: $source }) { indicator { id title { zh } } numerator denominator byLevel { level count } }
      }`,
      { source },
    );
    expect(errors).toBeUndefined();
    const promise = data!.indicatorValues.find(({ indicator }) => indicator.id === 'WI-03')!;
    expect(promise.denominator).toBe(known.items);
    const items = await allItems(source);
    for (const { indicator, numerator, denominator, byLevel } of data!.indicatorValues) {
      expect(indicator.title.zh).not.toBe('');
      expect(byLevel.reduce((sum, { count }) => sum + count, 0)).toBe(denominator);
      const found = items.filter(({ standing }) => standing.some((one) => one.indicator.id === indicator.id));
      expect([indicator.id, found.length]).toEqual([indicator.id, denominator - numerator]);
    }
  }
});

test('the cases come in as engineering projects and approvals too', async () => {
  const accounts = accountsIn(await send(FILES.slice(0, 1), '--to', 'engineering'));
  const rows = 2 * KNOWN['bpic-1'].items;
  expect(accounts).toEqual([{ rows, taken: rows, setAside: 0, refused: 0, identical: 0 }]);
  const { data, errors } = await world.ask<{ projects: { nodes: readonly { approvals: readonly object[] }[] } }>(
    'supervisor-region',
    '{ projects(filter: { source: "bpic-1-engineering" }, first: 10) { nodes { code approvals { no } } } }',
    {},
  );
  expect(errors).toBeUndefined();
  expect(data!.projects.nodes.map(({ approvals }) => approvals.length)).toEqual(Array(10).fill(1));
});

test('the same file under another label is recognised row by row, and under its own label chunk by chunk', async () => {
  const items = FILES.slice(0, 1);
  const first = accountsIn(intake)[0]!;
  const again = await send(items, '--batch', 'again');
  expect(accountsIn(again)).toEqual([{ ...first, taken: 0, identical: first.rows }]);
  const resumed = await send(items);
  expect(resumed.stdout).toContain('chunks that were in already');
  expect(accountsIn(resumed)).toEqual([first]);
});
