import { describe, expect, it } from 'vitest';
import { absencesOf } from '../src/derive/absences.ts';
import { at } from './derive-world.ts';

const morning = { from: at('2026-04-15 08:30'), to: at('2026-04-15 12:00') };
const afternoon = { from: at('2026-04-15 14:30'), to: at('2026-04-15 17:30') };
const event = (time: string, kind: string) => ({ at: at(`2026-04-15 ${time}`), kind });
const stretches = (...events: readonly { at: number; kind: string }[]) =>
  absencesOf([morning, afternoon], events).map(({ from, to }) => [clock(from), clock(to)]);
const clock = (instant: number) => new Date(instant + 8 * 3_600_000).toISOString().slice(11, 16);

describe('absences', () => {
  it('begin with the session where nobody has come, and end with it', () => {
    expect(stretches()).toEqual([
      ['08:30', '12:00'],
      ['14:30', '17:30'],
    ]);
  });

  it('end with a presence, a substitute, a call or a sign, whichever comes first', () => {
    for (const kind of ['PRESENT', 'SUBSTITUTE', 'CALL', 'SIGN', 'BACK', 'LOGIN'])
      expect(stretches(event('08:20', 'LOGIN'), event('10:00', 'LEAVE'), event('10:20', kind))).toEqual([
        ['10:00', '10:20'],
      ]);
  });

  it('are cut at the end of a session, and noon is nobody’s absence', () => {
    expect(stretches(event('08:20', 'LOGIN'), event('11:50', 'LEAVE'), event('14:45', 'BACK'))).toEqual([
      ['11:50', '12:00'],
      ['14:30', '14:45'],
    ]);
  });

  it('are none while somebody stays, over noon too', () => {
    expect(stretches(event('08:30', 'LOGIN'), event('10:00', 'CALL'))).toEqual([]);
  });

  it('are told by a patrol that finds the window empty', () => {
    expect(stretches(event('08:30', 'LOGIN'), event('15:00', 'PATROL_EMPTY'), event('15:10', 'PRESENT'))).toEqual([
      ['15:00', '15:10'],
    ]);
  });

  it('are the same whatever the order in which events came', () => {
    const events = [event('08:20', 'LOGIN'), event('10:00', 'LEAVE'), event('10:20', 'BACK'), event('11:00', 'LEAVE')];
    expect(stretches(...events.toReversed())).toEqual(stretches(...events));
    expect(stretches(...events)).toEqual([
      ['10:00', '10:20'],
      ['11:00', '12:00'],
      ['14:30', '17:30'],
    ]);
  });

  it('do not begin where one leaves at the instant at which another takes over', () => {
    expect(stretches(event('08:30', 'LOGIN'), event('10:00', 'SUBSTITUTE'), event('10:00', 'LEAVE'))).toEqual([]);
  });
});
