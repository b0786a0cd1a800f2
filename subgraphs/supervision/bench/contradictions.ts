import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { appendToOutbox, relayOnce, startEmbeddedServer } from '@gnomon/store';
import type { Milestone } from '../src/matter/milestone.ts';
import { licence, openMatterWorld, workItem } from '../test/matters.ts';

/*
 * Milestones a second from the domains' streams into judged matters, as a share of inserting the same milestones alone. One item in five
 * has a licence as its result, and its licence comes; only those are judged.
 *
 *     node subgraphs/supervision/bench/contradictions.ts --items 20000
 */
const { values } = parseArgs({ options: { items: { type: 'string', default: '20000' } } });
const items = Number(values.items);
const folder = mkdtempSync(join(tmpdir(), 'gnomon-bench-'));
const server = process.env.TEST_DATABASE_URL === undefined ? await startEmbeddedServer({ folder }) : null;
if (server !== null) process.env.TEST_DATABASE_URL = server.url;
const world = await openMatterWorld();
const { database } = world.ports;
try {
  const granted = Array.from({ length: items }, (_, index) =>
    workItem(`115:N${index}`, '2026-03-03 16:00:00', {
      applicantKey: index.toString(16).padStart(16, '0'),
      licenceName: index % 5 === 0 ? '经营许可证' : null,
    }),
  );
  const licences = granted
    .filter((_, index) => index % 5 === 0)
    .map(({ id }, index) => licence(`z${index}`, '2026-03-03 16:30:00', { workItem: id }));
  const all = [...granted, ...licences];
  await database.sql`create table bare (kind text, id text, facts json, primary key (kind, id))`;
  const alone = await seconds(async () => {
    for (let from = 0; from < all.length; from += 2_000)
      await database.sql`insert into bare select kind, id, facts
        from json_to_recordset(${JSON.stringify(all.slice(from, from + 2_000))}::text::json) as r(kind text, id text, facts json)`;
  });
  await tell('work-items milestones', granted);
  await tell('licences milestones', licences);
  const used = process.cpuUsage();
  const taken = await seconds(() => world.settle());
  const { user, system } = process.cpuUsage(used);
  const [kept] = await database.sql<{ records: number; matters: number }[]>`
    select (select count(*)::int from matter_record) as records, (select count(*)::int from matter) as matters`;
  console.log(`里程碑 milestones ${all.length}, 记录 records ${kept?.records}, 判定 judged matters ${kept?.matters}`);
  console.log(`单独写入 inserting alone ${(all.length / alone).toFixed(0)} /s`);
  console.log(`查找 finding            ${(all.length / taken).toFixed(0)} /s, share ${(alone / taken).toFixed(3)}`);
  console.log(`CPU µs a milestone, Node ${((user + system) / all.length).toFixed(1)}`);
} finally {
  await world.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

async function tell(stream: string, list: readonly Milestone[]): Promise<void> {
  for (let from = 0; from < list.length; from += 200) {
    const milestones = list.slice(from, from + 200);
    const entry = {
      stream,
      type: 'milestones',
      key: milestones[0]!.id,
      at: milestones[0]!.at,
      payload: { milestones },
    };
    await database.transaction((tx) => appendToOutbox(tx, [entry]));
  }
  await relayOnce(database);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
