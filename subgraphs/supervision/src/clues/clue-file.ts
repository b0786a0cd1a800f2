/** Why a clue is handed over (Art. 11). */
export const CLUE_OFFENCES = ['ABUSE_OF_POWER', 'FAVOURITISM', 'LEAK_OF_STATE_SECRETS', 'LEAK_OF_DATA'] as const;
export type ClueOffence = (typeof CLUE_OFFENCES)[number];
/** Where a clue came from. */
export const CLUE_ORIGINS = ['UNUSUAL_ACCESS', 'COMPLAINT', 'AUDIT'] as const;
export type ClueOrigin = (typeof CLUE_ORIGINS)[number];
/** Who receives clues: the measures say "relevant departments". */
export const CLUE_BODIES = ['DISCIPLINE', 'POLICE', 'SECRECY', 'OTHER'] as const;
export type ClueBody = (typeof CLUE_BODIES)[number];

/** A piece of evidence: the file stays where it is, the hub keeps its hash. */
export interface ClueEvidence {
  readonly name: string;
  readonly sha256: string;
}

/** What one entry of a clue file says; sealed as a whole. */
export type ClueSaying =
  | {
      readonly kind: 'OPENED';
      readonly origin: ClueOrigin;
      readonly offence: ClueOffence | null;
      readonly legalBasis: string | null;
    }
  | { readonly kind: 'FACTS'; readonly text: string }
  | { readonly kind: 'EVIDENCE'; readonly evidence: readonly ClueEvidence[] }
  | { readonly kind: 'SUSPECT' | 'READER'; readonly account: string }
  | {
      readonly kind: 'TRANSFERRED';
      readonly body: ClueBody;
      readonly bodyName: string;
      readonly receiptNo: string | null;
    }
  | { readonly kind: 'OUTCOME'; readonly transfer: number; readonly receiptNo: string; readonly outcome: string };

/** An entry as it is opened: what is said, by whom, when. */
export interface ClueEntry {
  readonly sequence: number;
  readonly at: number;
  /** An account; `hub` for the hub itself. */
  readonly by: string;
  readonly saying: ClueSaying;
}

/** A hand-over to a receiving body, with what it answered. */
export interface ClueTransfer {
  readonly ordinal: number;
  readonly body: ClueBody;
  readonly bodyName: string;
  readonly at: number;
  readonly by: string;
  readonly receiptNo: string | null;
  readonly outcome: string | null;
  readonly outcomeAt: number | null;
}

/** A clue file (问题线索), folded from its entries. */
export interface ClueFile {
  readonly id: string;
  readonly openedAt: number;
  readonly openedBy: string;
  readonly origin: ClueOrigin;
  readonly offence: ClueOffence | null;
  readonly legalBasis: string | null;
  readonly suspects: readonly string[];
  readonly readers: readonly string[];
  readonly facts: readonly { readonly text: string; readonly at: number; readonly by: string }[];
  readonly evidence: readonly ClueEvidence[];
  readonly transfers: readonly ClueTransfer[];
  /** Whether every entry follows the one before it, from the first on. */
  readonly isWhole: boolean;
}

/** The file that these entries make. @throws {Error} for a file that does not begin with its opening. */
export function foldClue(id: string, entries: readonly ClueEntry[], isWhole: boolean): ClueFile {
  const [first] = entries;
  if (first?.saying.kind !== 'OPENED') throw new Error(`clue ${id}: its first entry must be its opening`);
  const { origin, offence, legalBasis } = first.saying;
  const of = <Kind extends ClueSaying['kind']>(kind: Kind) =>
    entries.flatMap(({ saying, at, by }) => (isOf(saying, kind) ? [{ ...saying, at, by }] : []));
  const outcomes = of('OUTCOME');
  return {
    id,
    openedAt: first.at,
    openedBy: first.by,
    origin,
    offence,
    legalBasis,
    suspects: accounts(entries, 'SUSPECT'),
    readers: accounts(entries, 'READER'),
    facts: of('FACTS').map(({ text, at, by }) => ({ text, at, by })),
    evidence: of('EVIDENCE').flatMap(({ evidence }) => evidence),
    transfers: of('TRANSFERRED').map(({ body, bodyName, at, by, receiptNo }, index) => {
      const answered = outcomes.findLast(({ transfer }) => transfer === index + 1);
      const outcome = answered?.outcome ?? null;
      const outcomeAt = answered?.at ?? null;
      return {
        ordinal: index + 1,
        body,
        bodyName,
        at,
        by,
        receiptNo: answered?.receiptNo ?? receiptNo,
        outcome,
        outcomeAt,
      };
    }),
    isWhole,
  };
}

function isOf<Kind extends ClueSaying['kind']>(
  saying: ClueSaying,
  kind: Kind,
): saying is Extract<ClueSaying, { kind: Kind }> {
  return saying.kind === kind;
}

function accounts(entries: readonly ClueEntry[], kind: 'SUSPECT' | 'READER'): readonly string[] {
  return [...new Set(entries.flatMap(({ saying }) => (saying.kind === kind ? [saying.account] : [])))];
}
