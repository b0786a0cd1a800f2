import type { Instant, WorkCalendar } from '@gnomon/working-time';
import { canonicalJson, sha256 } from './hash.ts';
import { type Node, walk } from './node.ts';
import { readingOf } from './pack-reading.ts';
import type { Facts, FactValue, Pack, Receipt, ReceiptEnvelope, SubjectScope } from './types.ts';

/** What a receipt is made of. Instants are integers of milliseconds. */
export interface ReceiptInput {
  readonly pack: Pack;
  readonly calendar: WorkCalendar;
  readonly rule: string;
  readonly kind: string;
  readonly subject: string;
  readonly occurrence: string;
  readonly facts: Facts;
  readonly scope: SubjectScope;
  readonly sources: Receipt['sources'];
  readonly turnedAt: Instant;
  readonly knownAt: Instant;
}

/**
 * Writes down what it takes to compute a verdict again at the instant it turned. Of the facts it keeps those that the
 * rule names, and no others: the rest decides nothing and may be personal.
 * @throws {UnknownRule} {UnknownSubjectKind}
 */
export function makeReceipt({
  pack,
  calendar,
  rule,
  kind,
  subject,
  occurrence,
  facts,
  scope,
  sources,
  turnedAt,
  knownAt,
}: ReceiptInput): Receipt {
  const own = namedFacts(pack, rule, kind, facts);
  const { level, message, parameters } = pack.explain(rule, kind, occurrence, own, scope, calendar, turnedAt);
  const published = pack.rules.get(rule);
  return {
    format: 'gnomon-receipt/1',
    rule,
    ruleVersion: published?.version ?? '',
    ruleHash: published?.hash ?? '',
    packHash: pack.hash,
    calendarHash: calendar.hash,
    subjectKind: kind,
    subject,
    occurrence,
    scope: { division: scope.division, agency: scope.agency, department: scope.department, item: scope.item },
    facts: own,
    sources,
    level,
    turnedAt: new Date(turnedAt).toISOString(),
    knownAt: new Date(knownAt).toISOString(),
    parameters,
    message,
  };
}

/** Canonical JSON (RFC 8785) of the receipt: the bytes that its hash names. */
export const receiptBytes = (receipt: Receipt): string => canonicalJson(receipt);

/** SHA-256 (hex) of the receipt's bytes. */
export const receiptHash = (receipt: Receipt): string => sha256(receiptBytes(receipt));

/** A receipt with the texts its hashes name. */
export function sealReceipt(receipt: Receipt, pack: Pack, calendar: WorkCalendar): ReceiptEnvelope {
  return { receipt, hash: receiptHash(receipt), files: pack.files, calendar: calendar.data };
}

/** Names of the facts that a rule reads of a subject kind, in its conditions, special rules and messages; sorted. */
export function factNames(pack: Pack, rule: string, kind: string): readonly string[] {
  const { rules, overlays } = readingOf(pack);
  const names = new Set<string>();
  const note = (node: Node | string | null): void => {
    if (node === null || typeof node === 'string') return;
    walk(node, (inner) => {
      if (inner.op === 'fact') names.add(inner.named.name);
    });
  };
  for (const part of rules.get(rule)?.parts ?? []) {
    if (part.subject !== kind) continue;
    if (part.each !== null) names.add(part.each.list);
    const added = overlays.flatMap((overlay) =>
      overlay.rule === rule ? overlay.added.filter((one) => one.part === part.index) : [],
    );
    for (const { rungs, message } of [part, ...added])
      for (const node of [rungs.warning, rungs.yellow, rungs.red, ...message.zh, ...message.en]) note(node);
    note(part.when);
  }
  return [...names].sort();
}

function namedFacts(pack: Pack, rule: string, kind: string, facts: Facts): Facts {
  const known = factNames(pack, rule, kind).flatMap((name): [string, FactValue][] => {
    const value = facts[name];
    return value === undefined || value === null ? [] : [[name, value]];
  });
  // Through JSON once: what the receipt holds is what a reader of its bytes gets.
  return JSON.parse(JSON.stringify(Object.fromEntries(known))) as Facts;
}
