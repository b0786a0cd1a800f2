import { createHash } from 'node:crypto';
import type { Signal } from '../src/signal.ts';

/** A signal for tests: the parts that matter are given, the rest is filled in. Instants in ms. */
export function signalOf(parts: Partial<Signal> & Pick<Signal, 'kind' | 'level'>): Signal {
  const filled = {
    reason: null,
    domain: 'WORK_ITEM',
    rule: 'WI-03',
    ruleVersion: '2026.1',
    subjectKind: 'work-item',
    subjectType: 'WorkItem',
    subject: '115:1',
    occurrence: '',
    previousLevel: 'NONE',
    turnedAt: Date.parse('2026-03-02T00:00:00.000+08:00'),
    knownAt: Date.parse('2026-03-02T00:00:00.000+08:00'),
    agency: '11150105MB0000001A',
    division: '150105',
    item: null,
    source: '115',
    issue: 'AUTO',
    message: { zh: '已超期', en: 'overdue' },
    receipt: null,
    ...parts,
  } as const satisfies Omit<Signal, 'id'>;
  const id = parts.id ?? createHash('sha256').update(JSON.stringify(filled)).digest('hex');
  return { ...filled, id };
}

/** The payload of a signal as it stands in a domain's feed. */
export function payloadOf(signal: Signal): unknown {
  return {
    ...signal,
    turnedAt: new Date(signal.turnedAt).toISOString(),
    knownAt: new Date(signal.knownAt).toISOString(),
    n: 1,
  };
}
