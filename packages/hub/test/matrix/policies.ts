import type { Column } from './viewers.ts';

/**
 * What comes back to somebody who asks.
 *
 * - `UNAUTHENTICATED`, `FORBIDDEN`: a refusal with this code, and no data.
 * - `OWN`: rows of the own agency or source; of others neither an id nor a count, and an id of another's row is answered like none at all.
 * - `SUBTREE`: the same by division.
 * - `LINKED`: like these, where having nothing to show is usual: lists that hang on an entity of another domain.
 * - `ALL`: published, or the hub's own figures; whoever may ask sees all of it.
 * - `SHARED`: published rows, below which only what is the own is shown.
 * - `REFUSED`: a mutation answers with a named refusal and changes nothing.
 * - `ACTS`: a mutation that may be done, on own things: for another's thing it is refused as for one that does not exist, and changes nothing.
 */
export type Outcome =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'OWN'
  | 'SUBTREE'
  | 'LINKED'
  | 'ALL'
  | 'SHARED'
  | 'REFUSED'
  | 'ACTS';

const U = 'UNAUTHENTICATED';
const F = 'FORBIDDEN';
const O = 'OWN';
const S = 'SUBTREE';
const L = 'LINKED';
const A = 'ALL';
const P = 'SHARED';
const R = 'REFUSED';
const X = 'ACTS';

/** One line a policy, one cell a viewer, in the order of `COLUMNS`. */
export const POLICIES = {
  //               nobody source staff chief partner banner league region auditor operator security audit; the inspector, the region's auditor, is an auditor but for the log
  published: cells(U, A, A, A, A, A, A, A, A, A, A, A),
  cases: cells(U, O, O, O, O, S, S, S, S, F, F, F),
  /** Published, but asked about cases: the list of bundles, of halls. */
  casework: cells(U, A, A, A, A, A, A, A, A, F, F, F),
  linked: cells(U, L, L, L, L, L, L, L, L, F, F, F),
  /** Nothing need be due soon. */
  dueSoon: cells(U, L, L, L, L, L, L, L, L, F, F, F),
  /** Halls: of the own place, or of the own agency; a source has none. */
  halls: cells(U, L, O, O, O, S, S, S, S, F, F, F),
  cards: cells(U, F, O, O, O, S, S, S, S, F, F, F),
  /** A page of a feed is so many entries of it, none of which need be of a small scope. */
  feeds: cells(U, F, L, L, L, L, S, S, S, F, F, F),
  linkedCards: cells(U, F, L, L, L, L, L, L, L, F, F, F),
  intake: cells(U, O, O, O, F, S, S, S, S, F, F, F),
  /** Batches and refused rows: an operator sees what comes in, and no content. */
  intakeAll: cells(U, L, L, L, F, L, L, L, L, A, F, F),
  /** A batch by its id, for those whose rows came in it. */
  batch: cells(U, O, L, L, F, L, L, L, L, L, F, F),
  /** Windows of published halls: a source sees those whose days it pushed, though a window is nobody's record. */
  windows: cells(U, A, O, O, O, S, S, S, S, F, F, F),
  figures: cells(U, F, O, O, O, S, S, S, S, A, F, F),
  /** Sources push, operators take histories in. */
  push: cells(U, X, F, F, F, F, F, F, F, A, F, F),
  correct: cells(U, X, X, X, F, F, F, F, F, F, F, F),
  publish: cells(U, F, F, F, F, F, F, F, F, A, F, F),
  /** Rehearsals and moved deadlines, over the rows of the own subtree. */
  rehearse: cells(U, F, F, F, F, L, L, L, F, F, F, F),
  lawActs: cells(U, F, F, F, F, X, X, X, F, F, F, F),
  regionActs: cells(U, F, F, F, F, R, R, X, F, F, F, F),
  log: cells(U, F, F, F, F, F, F, F, F, F, F, A, A),
  notices: cells(U, F, O, O, F, S, S, S, S, F, F, F),
  setNotices: cells(U, F, R, X, F, X, X, X, F, F, F, F),
  watch: cells(U, F, F, F, F, L, L, L, L, A, F, F),
  accounts: cells(U, F, F, F, F, F, F, F, F, F, A, F),
  /** Asked in vain: what the security administrator does is tried in ended-tokens.test.ts. */
  accountActs: cells(U, F, F, F, F, F, F, F, F, F, A, F),
  /** Clue files are open to named persons alone, whatever their role; to anybody else they are not there. */
  clues: cells(U, F, F, F, F, O, O, L, L, F, F, L),
  /** Lists of what may not be there for everybody: duties of a body, eligibility of a tier. */
  cardLists: cells(U, F, L, L, L, L, L, L, L, F, F, F),
  /** Opened in the own name, for own rows: a purpose by those who handle cases, an export by those who supervise. */
  purposes: cells(U, R, A, A, R, A, A, A, R, R, R, R),
  exportRequests: cells(U, R, R, R, R, A, A, A, A, R, R, R),
  clueActs: cells(U, R, R, R, R, X, X, X, X, R, R, X),
  /** An export is asked for by those who supervise and seen by their bodies; of agencies nobody has one. */
  exports: cells(U, F, L, L, L, S, S, S, S, F, F, F),
  exportActs: cells(U, R, R, R, R, X, X, X, R, R, R, R),
  clueOpens: cells(U, R, R, R, R, A, A, A, A, R, R, A),
  /** Announcements: who reads cards reads them, with those of the exempted cards that he may see. */
  outages: cells(U, F, P, P, P, P, P, P, P, F, F, F),
  /** Asked for somebody else's division, which nobody may. */
  outageActs: cells(U, R, R, R, R, R, R, R, R, R, R, R),
  /** Rule texts that were not consulted on are the supervision bodies' of their place; to others they are not there. */
  drafts: cells(U, L, L, L, L, S, S, S, S, L, L, L),
  noticeLists: cells(U, F, O, O, F, S, S, S, S, F, F, F),
  reportConfirms: cells(U, F, R, X, R, R, R, R, R, F, F, F),
  reportActs: cells(U, F, R, R, R, X, X, X, R, F, F, F),
  supervisorOnly: cells(U, F, F, F, F, X, X, X, F, F, F, F),
  citizenActs: cells(U, X, X, X, F, F, F, F, F, F, F, F),
  /** The citizen's clock is opened by its link alone, by whomever: a wrong link shows nothing. */
  link: cells(L, L, L, L, L, L, L, L, L, L, L, L),
  /** What an agency's people do; others are told whose it is. */
  agencyActs: cells(U, F, X, X, R, R, R, R, R, F, F, F),
  /** The same where everybody who is signed in is told whose it is. */
  agencyAnswers: cells(U, R, X, X, R, R, R, R, R, R, R, R),
  supervisorActs: cells(U, F, R, R, R, X, X, X, R, F, F, F),
  supervisorDecides: cells(U, R, R, R, R, X, X, X, R, R, R, R),
} as const satisfies Readonly<Record<string, Readonly<Record<Column, Outcome>>>>;
export type Policy = keyof typeof POLICIES;

function cells(
  nobody: Outcome,
  source: Outcome,
  staff: Outcome,
  chief: Outcome,
  partner: Outcome,
  banner: Outcome,
  league: Outcome,
  region: Outcome,
  auditor: Outcome,
  operator: Outcome,
  security: Outcome,
  audit: Outcome,
  inspector: Outcome = auditor,
): Readonly<Record<Column, Outcome>> {
  return {
    nobody,
    source,
    staff,
    chief,
    partner,
    banner,
    league,
    region,
    auditor,
    inspector,
    operator,
    security,
    audit,
  };
}
