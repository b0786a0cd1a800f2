import { beforeAll, describe, expect, test } from 'vitest';
import { type KilledRun, runKilledIntake } from '../bench/kill-during-intake.ts';

const MONTH = { items: 200, seed: 11 };

/** Three kills here; `node packages/hub/bench/killed-process.ts --kills 10` does the same with ten. */
describe('a hub that is killed three times during the intake, once with its database server', () => {
  let undisturbed: KilledRun;
  let killed: KilledRun;
  beforeAll(async () => {
    undisturbed = await runKilledIntake({ ...MONTH, kills: 0 });
    killed = await runKilledIntake({ ...MONTH, kills: 3 });
  });

  test('was in the middle of something at least once', () => {
    expect([killed.kills, killed.serverKills]).toEqual([3, 1]);
    expect(killed.unconfirmed).toBeGreaterThan(0);
  });

  test('has accounted for every row exactly once', () => {
    const { ledger, counts, doubledVersions } = killed.outcome;
    expect(ledger.rows).toBe(killed.rowsSent);
    expect(ledger.taken + ledger.setAside + ledger.refused + ledger.identical).toBe(killed.rowsSent);
    expect([ledger, counts]).toEqual([undisturbed.outcome.ledger, undisturbed.outcome.counts]);
    expect(doubledVersions).toBe(0);
  });

  test('leaves a feed without gap or double, all of which supervision has taken over', () => {
    const { brokenStreams, doubledSignals, signalsNotTakenOver } = killed.outcome;
    expect({ brokenStreams, doubledSignals, signalsNotTakenOver }).toEqual({
      brokenStreams: [],
      doubledSignals: 0,
      signalsNotTakenOver: 0,
    });
  });

  test('has found, warned of and issued what the undisturbed one did, at the same instants, and counts the same', () => {
    const { findings, warnings, cards } = killed.outcome;
    expect(findings.length).toBeGreaterThan(30);
    expect(cards.length).toBeGreaterThan(30);
    expect(warnings.length).toBeGreaterThan(0);
    expect(killed.outcome).toEqual(undisturbed.outcome);
  });
});
