/*
 * Whether the time of an answer tells that something exists: ids of others' rows and ids of nobody's are asked for in turns, by a viewer who may
 * see neither, and the times compared.
 *   node packages/hub/bench/existence.ts --rounds 400
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedServer } from '@gnomon/store';
import { isObjectType } from 'graphql';
import { openPlantedHub } from '../test/matrix/planted-hub.ts';
import { sees } from '../test/matrix/planted-rows.ts';
import { referenceRequest } from '../test/matrix/requests.ts';
import { viewersAround } from '../test/matrix/viewers.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '400' } } });
const rounds = Number(values.rounds);
/** Types that one asks for by id, each at the subgraph that answers for it. */
const DOORS = [
  ...['Card', 'FeedbackReport', 'Appeal', 'Commendation'].map((type) => ['supervision', type] as const),
  ['work-items', 'WorkItem'],
  ['licences', 'Licence'],
  ['reviews', 'Review'],
  ['bundles', 'BundleCase'],
  ['engineering', 'Project'],
] as const;

/** An id of the same shape that nobody has: its last characters, an ordinal behind a hyphen apart, are others. */
function absent(id: string, n: number): string {
  const [, stem = '', ordinal = ''] = /^(.*?)(-\d)?$/.exec(id) ?? [];
  const tail = String(n).padStart(7, '0');
  return `${stem.slice(0, -7)}${/[a-z]/i.test(stem.slice(-7)) ? tail.replace(/0/g, 'f') : tail}${ordinal}`;
}

/** The share of pairs in which the first is slower: one half when the times tell nothing. */
function slower(first: readonly number[], second: readonly number[]): number {
  let sum = 0;
  for (const a of first) for (const b of second) sum += a > b ? 1 : a === b ? 0.5 : 0;
  return sum / (first.length * second.length);
}
const median = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[all.length >> 1]!;

const folder = mkdtempSync(join(tmpdir(), 'gnomon-bench-'));
const server = await startEmbeddedServer({ folder, settings: { fsync: 'off', synchronous_commit: 'off' } });
process.env.TEST_DATABASE_URL = server.url;
const hub = await openPlantedHub();
try {
  for (const [name, typeName] of DOORS) {
    const schema = hub.schemaOf(name);
    const type = schema.getType(typeName);
    const own = hub.rows.filter((row) => row.type === typeName && row.agency !== '' && row.named === undefined);
    const viewer = own.length === 0 ? null : viewersAround(own[0]!).chief;
    const foreign = own.filter((row) => !sees(viewer, row)).map(({ id }) => id);
    if (!isObjectType(type) || foreign.length === 0) {
      process.stdout.write(`${name} ${typeName}: 没有别人的行 · nobody else's rows\n`);
      continue;
    }
    const time = async (id: string): Promise<number> => {
      const request = referenceRequest(schema, type, { __typename: typeName, id });
      const before = performance.now();
      await hub.askAt(name, viewer, request);
      return (performance.now() - before) * 1000;
    };
    const [theirs, nobodys, again]: number[][] = [[], [], []];
    for (let n = 0; n < rounds + 50; n += 1) {
      const id = foreign[n % foreign.length]!;
      // Turns in changing order, so that nobody is always the one who finds things warm.
      const turns = [
        async () => theirs!.push(await time(id)),
        async () => nobodys!.push(await time(absent(id, 2 * n))),
        async () => again!.push(await time(absent(id, 2 * n + 1))),
      ];
      for (let k = 0; k < 3; k += 1) await turns[(n + k) % 3]!();
      if (n === 49) for (const all of [theirs, nobodys, again]) all!.length = 0;
    }
    process.stdout.write(
      `${name} ${typeName}: ${foreign.length} 个 ids, 中位数 medians ${median(theirs!).toFixed(0)} / ${median(nobodys!).toFixed(0)} µs ` +
        `= ${(median(theirs!) / median(nobodys!)).toFixed(3)}; ${slower(theirs!, nobodys!).toFixed(3)} 更慢 slower ` +
        `(两组都不存在 both nobody's: ${(median(again!) / median(nobodys!)).toFixed(3)}; ${slower(again!, nobodys!).toFixed(3)})\n`,
    );
  }
} finally {
  await hub.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
