import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedServer } from '@gnomon/store';
import { openParcels, parcel, row } from '../test/parcels.ts';

/*
 * 接收基准 Intake of a domain of records: NDJSON rows → records, subjects, marks, periods, milestones, as one history; then
 * the timers that it leaves behind. Two rows a record (the parcel, a scan), one parcel in ten lost.
 *
 *     node packages/records/bench/intake.ts --records 10000
 */
const { values } = parseArgs({ options: { records: { type: 'string', default: '10000' } } });
const records = Number(values.records);
const START = Date.parse('2024-09-02T00:00:00+08:00');
const text = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
const rows = Array.from({ length: records }, (_, no) => {
  const at = START + Math.floor((no / records) * 40 * 86_400_000);
  const depot = `d${no % 50}`;
  const end = no % 10 === 0 ? { state: '3' } : { state: '2', delivered_at: text(at + 1_000) };
  const arrival = { received_at: new Date(at + 2_000).toISOString(), cd_time: text(at) };
  return [
    { ...parcel(`n${no}`, { depot, sent_at: text(at), phone: `138${no}`, receiver: '某人', ...end }), ...arrival },
    { ...row('scan', { parcel_no: `n${no}`, scanned_at: text(at + 1_000), row_guid: `s${no}` }), ...arrival },
  ];
}).flat();
// A server of its own with the settings of production; TEST_DATABASE_URL names another one.
const folder = mkdtempSync(join(tmpdir(), 'gnomon-bench-'));
const server = process.env.TEST_DATABASE_URL === undefined ? await startEmbeddedServer({ folder }) : null;
if (server !== null) process.env.TEST_DATABASE_URL = server.url;
const world = await openParcels('2024-12-01T00:00:00+08:00');
try {
  const taking = performance.now();
  const answer = await world.history(rows);
  const took = performance.now() - taking;
  console.log(`记录 records ${records}, 行 rows ${rows.length}: ${answer.status}`);
  console.log(`接收 intake ${(took / 1_000).toFixed(1)} s, ${((took * 1_000) / rows.length).toFixed(0)} µs a row`);
  const [{ periods } = { periods: 0 }] = await world.database.sql<
    { periods: number }[]
  >`select count(*)::int as periods from period`;
  const passing = performance.now();
  const cpu = process.cpuUsage();
  await world.hosted.settle();
  const spent = process.cpuUsage(cpu);
  const passed = performance.now() - passing;
  console.log(`本进程 this process: ${((spent.user + spent.system) / 1e6).toFixed(1)} s CPU`);
  console.log(
    `计时 timers ${(passed / 1_000).toFixed(1)} s, 期间 periods ${periods}: ${((passed * 1_000) / Math.max(periods, 1)).toFixed(0)} µs each`,
  );
} finally {
  await world.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}
