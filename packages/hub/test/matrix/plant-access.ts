import type { Viewer } from '@gnomon/identity';
import type { Act, Place } from './plant.ts';
import type { PlantedRow } from './planted-rows.ts';
import { viewersAround } from './viewers.ts';

/*
 * What concerns the access of people: purposes with what was shown under them, links of citizens, ended tokens, and accounts that looked where
 * they have nothing to do. Of each two in each of the two divisions.
 */

/** A citizen's link, and the work item whose clock it opens. */
export interface PlantedLink {
  readonly link: string;
  readonly workItem: string;
  readonly place: Place;
}

/** A purpose that staff of a place opened, and under which it saw a work item. */
export interface PlantedPurpose {
  readonly id: string;
  readonly caseNo: string;
  readonly by: Viewer;
  readonly workItem: string;
}

export interface PlantedAccess {
  /** Known to whoever reads the log or ends tokens, and to nobody else. */
  readonly rows: readonly PlantedRow[];
  readonly purposes: readonly PlantedPurpose[];
  readonly links: readonly PlantedLink[];
  readonly tokens: readonly string[];
  /** Supervisors who asked for a card of another place, with the body one tier above, which alone finds out. */
  readonly suspects: readonly { readonly account: Viewer; readonly above: Viewer }[];
}

/** Asks a subgraph, whatever comes. */
export type Look = (
  subgraph: string,
  viewer: Viewer,
  query: string,
  variables: object,
) => Promise<{ readonly data?: object | null }>;

/** Of which work items each place shows nothing else: the last ones. */
const LINKED = -1;

export async function plantAccess(act: Act, look: Look, places: readonly Place[]): Promise<PlantedAccess> {
  const rows: PlantedRow[] = [];
  const purposes: PlantedPurpose[] = [];
  const links: PlantedLink[] = [];
  const tokens: string[] = [];
  const suspects: { account: Viewer; above: Viewer }[] = [];
  const keep = (place: Place, type: string, id: string, number: string | null = null) =>
    rows.push({ ...place.row, domain: 'supervision', type, id, number, agency: '', source: null, named: [] });
  for (const [index, place] of places.entries()) {
    const { staff, chief, banner, league, security } = viewersAround(place.row);
    const workItem = place.items.at(LINKED)!;
    const purpose = await plantPurpose(act, look, { by: staff!, caseNo: `CASE-2026-${index}-opened`, workItem });
    purposes.push(purpose);
    keep(place, 'Purpose', purpose.id, purpose.caseNo);
    const { link } = await act('work-items', chief!, 'issueCitizenClock', { workItemId: workItem }, 'link');
    links.push({ link: String(link), workItem, place });
    keep(place, 'CitizenLink', String(link));
    const tokenId = `planted-token-${index}`;
    await act('registry', security!, 'revokeToken', { tokenId, reason: '令牌遗失终止' }, 'tokenId');
    tokens.push(tokenId);
    keep(place, 'EndedToken', tokenId);
    const account = { ...banner!, id: `${banner!.id}-curious-${index}` };
    const elsewhere = places.find(({ row }) => row.division !== place.row.division)!;
    await lookAround(look, account, elsewhere);
    suspects.push({ account, above: league! });
  }
  return { rows, purposes, links, tokens, suspects };
}

async function plantPurpose(
  act: Act,
  look: Look,
  { by, caseNo, workItem }: Omit<PlantedPurpose, 'id'>,
): Promise<PlantedPurpose> {
  const text = '核查投诉事项';
  const { id } = await act('supervision', by, 'openPurpose', { caseNo, text, minutes: 60 }, 'id');
  const query = 'query ($id: ID!) { workItem(id: $id) { applicantName } }';
  const { data } = await look('work-items', { ...by, purpose: { text, caseNo } }, query, { id: workItem });
  if (data === null || data === undefined) throw new Error(`${by.id} sees nothing of ${workItem} under its purpose`);
  return { id: String(id), caseNo, by, workItem };
}

/** Asks for a card that another place has: it is not there for him, and afterwards it is found that he asked. */
async function lookAround(look: Look, account: Viewer, { row }: Place): Promise<void> {
  const { banner } = viewersAround(row);
  const { data } = await look('supervision', banner!, '{ cards(first: 1) { nodes { id } } }', {});
  const [card] = (data as { cards: { nodes: { id: string }[] } }).cards.nodes;
  await look('supervision', account, 'query ($id: ID!) { card(id: $id) { id } }', { id: card!.id });
}

/**
 * Of two accounts of one body the first one's day is confirmed by the body above, so that it is a card that the body answers; the other stays
 * held. The days of which the body learns so.
 */
export async function confirmSome(act: Act, look: Look, { suspects }: PlantedAccess): Promise<readonly PlantedRow[]> {
  const known: PlantedRow[] = [];
  for (const { account, above } of suspects.filter((_, index) => index % 2 === 0)) {
    const { id, subject } = await dayOf(look, { account, above });
    await act('supervision', above, 'confirmCard', { cardId: id, note: '经核查情况属实' }, 'card { id }');
    const of = { division: account.division, agency: '', source: null, number: null };
    known.push({ ...of, domain: 'supervision', type: 'supervisor-day', id: subject.id });
  }
  return known;
}

/** The card about what an account did, as the body above has it. */
export async function dayOf(
  look: Look,
  { account, above }: PlantedAccess['suspects'][number],
): Promise<{ readonly id: string; readonly subject: { readonly id: string } }> {
  const query = '{ cards(filter: { indicator: ["XX-07"] }, first: 200) { nodes { id subject { id } } } }';
  const { data } = await look('supervision', above, query, {});
  const { nodes } = (data as { cards: { nodes: { id: string; subject: { id: string } }[] } }).cards;
  const found = nodes.find(({ subject }) => subject.id.includes(`:${account.id}:`));
  if (found === undefined) throw new Error(`${above.id} has no card about ${account.id}`);
  return found;
}
