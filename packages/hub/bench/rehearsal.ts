import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient, resolveServer } from '@gnomon/store';
import { pino } from 'pino';
import { rehearseYear } from './rehearsed-year.ts';

/**
 * A rehearsal against what really comes: `node packages/hub/bench/rehearsal.ts --items 2000`. A year of work items, the promise rule changed,
 * rehearsed over it, then published before the same year: both must name the same changes, and it says how many judgements a second.
 */
const { values } = parseArgs({
  options: { items: { type: 'string', default: '1000' }, seed: { type: 'string', default: '4' } },
});
const home = mkdtempSync(join(tmpdir(), 'gnomon-rehearsal-'));
const server = await resolveServer(process.env, join(home, 'postgres'), pino({ level: 'error' }, pino.destination(2)));
const urlOf = async (name: string): Promise<string> => {
  const admin = createClient({ url: server.url, applicationName: 'rehearsal', max: 1 });
  await admin.unsafe(`create database ${name}`);
  await admin.end();
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return url.href;
};
try {
  const year = await rehearseYear({
    ...{ from: '2025-03-01', to: '2026-02-28', items: Number(values.items), seed: Number(values.seed), rule: 'WI-03' },
    databaseUrls: [await urlOf(`rehearsal_a_${process.pid}`), await urlOf(`rehearsal_b_${process.pid}`)],
    edit: (text) =>
      text
        .split('\ntests:')[0]!
        .replace(/^version: .*$/m, 'version: "2026.2"')
        .replace('windowShare: { value: 0.2', 'windowShare: { value: 0.28')
        .replace(/^ {4}red: (.*)$/m, '    red: $1 || (limit(promise) > 5.0 && overdue(promise) > 1.0)'),
  });
  const { predicted, actual, rows, items, judgements, seconds, cards, kinds } = year;
  const [said, came] = [new Set(predicted), new Set(actual)];
  const wrong = [...predicted.filter((line) => !came.has(line)), ...actual.filter((line) => !said.has(line))];
  process.stdout.write(
    `${rows} rows, ${items} subjects, ${cards} warnings and cards; predicted ${predicted.length} changes, ${actual.length} came (${JSON.stringify(kinds)}), ` +
      `${wrong.length} differences; ${judgements} judgements by all rules of their kind in ${seconds.toFixed(1)} s, ${Math.round(judgements / seconds)} a second\n`,
  );
  for (const line of wrong.slice(0, 50)) process.stdout.write(`  ${line}\n`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} finally {
  await server.stop();
  rmSync(home, { recursive: true, force: true });
}
