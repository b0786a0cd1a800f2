import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient, resolveServer } from '@gnomon/store';
import { pino } from 'pino';
import { prepareHub, rehearseHub } from './rehearsed-hub.ts';

/**
 * A rehearsal against what really comes, over the whole hub: `node packages/hub/bench/rehearsal.ts --items 60 --domains licences,reviews`.
 * A year of simulated history is rehearsed under a set of changed texts, then lived through in a second hub in which they were in force
 * before it began: both must name the same changed cards, with the same receipts. It says how many judgements a second: how often a subject
 * was judged, over both sides, each time by all rules of its kind, by the time that replaying and comparing took.
 */
const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '60' },
    clean: { type: 'string', default: '60' },
    months: { type: 'string', default: '12' },
    domains: { type: 'string', default: 'licences,reviews,bundles,engineering,centres,contradictions' },
    calendar: { type: 'string', default: 'yes' },
    aggregates: { type: 'string', default: 'yes' },
    seed: { type: 'string', default: '4' },
    show: { type: 'string', default: '40' },
  },
});
const home = mkdtempSync(join(tmpdir(), 'gnomon-rehearsal-'));
const server = await resolveServer(process.env, join(home, 'postgres'), pino({ level: 'error' }, pino.destination(2)));
const urlOf = async (name: string, template = 'template1'): Promise<string> => {
  const admin = createClient({ url: server.url, applicationName: 'rehearsal', max: 1 });
  await admin.unsafe(`create database ${name} template ${template}`);
  await admin.end();
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return url.href;
};
const monthsOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => new Date(Date.UTC(2027, 3 - count + index, 1)).toISOString().slice(0, 7));
const startedAt = performance.now();
const say = (text: string): void =>
  void process.stdout.write(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${text}\n`);
try {
  const names = [`rehearsal_a_${process.pid}`, `rehearsal_b_${process.pid}`] as const;
  const first = await urlOf(names[0]);
  await prepareHub(first);
  const year = await rehearseHub({
    seed: Number(values.seed),
    months: monthsOf(Number(values.months)),
    items: Number(values.items),
    clean: Number(values.clean),
    calendar: values.calendar === 'yes',
    aggregates: values.aggregates === 'yes',
    domains: values.domains.split(',').filter((name) => name !== ''),
    databaseUrls: [first, await urlOf(names[1], names[0])],
    onProgress: say,
  });
  for (const { domain, subjects, judgements, seconds, cardsBefore, cardsAfter, changed } of year.rehearsals)
    say(
      `${domain}: ${subjects} subjects, ${cardsBefore} → ${cardsAfter} warnings and cards, ${changed} changed; ` +
        `${judgements} judgements by all rules of their kind in ${seconds.toFixed(2)} s, ${Math.round(judgements / seconds)} a second`,
    );
  const { predicted, actual, rows, cards, kinds, indicators, notCompared } = year;
  const [said, came] = [new Set(predicted), new Set(actual)];
  const wrong = [
    ...predicted.filter((line) => !came.has(line)).map((line) => `said  ${line}`),
    ...actual.filter((line) => !said.has(line)).map((line) => `came  ${line}`),
  ];
  const total = year.rehearsals.reduce((sum, { judgements }) => sum + judgements, 0);
  const spent = year.rehearsals.reduce((sum, { seconds }) => sum + seconds, 0);
  say(
    `${rows} rows, ${cards[0]} and ${cards[1]} warnings and cards in the ledgers; ${predicted.length} changes predicted, ${actual.length} came ` +
      `(${JSON.stringify(kinds)}; ${indicators.join(' ')}), ${wrong.length} differences, ${notCompared} changes of counted periods not compared; ${Math.round(total / spent)} judgements a second`,
  );
  for (const line of wrong.slice(0, Number(values.show))) process.stdout.write(`  ${line}\n`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} finally {
  await server.stop();
  rmSync(home, { recursive: true, force: true });
}
