import { isDeepStrictEqual, parseArgs } from 'node:util';
import { type KilledRun, runKilledIntake } from './kill-during-intake.ts';

/**
 * `node packages/hub/bench/killed-process.ts --kills 10`: the hub is ended by SIGKILL during the intake, again and again, every third
 * time with its database server; what it has in the end is compared with a run that nobody disturbed.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '10' },
    items: { type: 'string', default: '300' },
    seed: { type: 'string', default: '11' },
  },
});
const common = { items: Number(values.items), seed: Number(values.seed) };
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const startedAt = performance.now();
const undisturbed = await runKilledIntake({ ...common, kills: 0 });
const killed = await runKilledIntake({ ...common, kills: Number(values.kills), onProgress: say });
const isEqual = isDeepStrictEqual(killed.outcome, undisturbed.outcome);
report('undisturbed', undisturbed);
report('killed', killed);
for (const [name, value] of Object.entries(killed.outcome)) {
  const other = undisturbed.outcome[name as keyof typeof undisturbed.outcome];
  if (!isDeepStrictEqual(value, other)) say(`differs: ${name}\n  ${JSON.stringify(value)}\n  ${JSON.stringify(other)}`);
}
say(`${isEqual ? 'equal' : 'NOT equal'}, ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
process.exitCode = isEqual ? 0 : 1;

function report(name: string, { rowsSent, kills, serverKills, unconfirmed, outcome }: KilledRun): void {
  const { ledger, findings, warnings, cards, brokenStreams, doubledSignals } = outcome;
  say(
    `${name}: ${kills} kills (${serverKills} with the database server; ${unconfirmed} before the hub had confirmed), ${rowsSent} rows sent = ` +
      `${ledger.taken} taken + ${ledger.setAside} set aside + ${ledger.refused} refused + ${ledger.identical} identical; ` +
      `${findings.length} verdicts, ${warnings.length} warnings, ${cards.length} cards; broken streams ${brokenStreams.length}, doubled signals ${doubledSignals}`,
  );
}
