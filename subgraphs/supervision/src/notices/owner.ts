import { isWithin, may, tierOf, type Viewer, type ViewerScope } from '@gnomon/identity';
import type { Bilingual } from '@gnomon/rule-engine';
import type { TransactionSql } from 'postgres';
import { knownAgencies } from './store/recipients.ts';
import type { Owner } from './words.ts';

/** A named refusal; the names are GraphQL types. Nothing has been changed. */
export interface NoticeRefusal {
  readonly __typename: 'NoticeInputRefused' | 'NoticeNotYours';
  readonly message: Bilingual;
}

/** Whose list is meant: an agency's by credit code, or a supervision body's by division. */
export interface OwnerInput {
  readonly agency?: string | null;
  readonly division?: string | null;
}

/** The owner as it was asked for, not yet looked up; or why it cannot be one. */
export function readOwner({ agency, division }: OwnerInput): Owner | NoticeRefusal {
  const one = agency ?? division ?? null;
  const isAgency = agency !== null && agency !== undefined;
  const isTwo = isAgency && division !== null && division !== undefined;
  if (one === null || isTwo)
    return refused(
      '请给出 agency（实施机构）或 division（监督主体所在区划）之一，且只给一个。',
      'Name either agency or division (of a supervision body), and one of them only.',
    );
  if (isAgency && !/^[0-9A-Z]{18}$/.test(one))
    return refused(
      `agency 应为 18 位统一社会信用代码，收到 ${shown(one)}。`,
      `agency: a unified social credit code of 18 characters was expected, ${shown(one)} came.`,
    );
  if (!isAgency && !/^(?:\d{2}|\d{4}|\d{6})$/.test(one))
    return refused(
      `division 应为监督主体的区划代码（2、4 或 6 位），收到 ${shown(one)}。`,
      `division: the code of a supervision body's division (2, 4 or 6 digits) was expected, ${shown(one)} came.`,
    );
  return { owner: one, agency: isAgency ? one : null, division: isAgency ? '' : one };
}

/**
 * The owner whose list the viewer may keep: the chief representative that of the own agency, a supervision body its own and those of the
 * agencies of its own level (Art. 5, 6). What is not there and what is another's are refused alike.
 */
export async function ownerFor(tx: TransactionSql, viewer: Viewer, input: OwnerInput): Promise<Owner | NoticeRefusal> {
  const asked = readOwner(input);
  if ('__typename' in asked) return asked;
  const known = asked.agency === null ? null : (await knownAgencies(tx, [asked.agency])).get(asked.agency);
  const owner: Owner = { ...asked, division: known?.division ?? asked.division };
  return maySet(viewer, owner) ? owner : notYours(asked);
}

function maySet(viewer: Viewer, { agency, division }: Owner): boolean {
  if (viewer.role === 'AGENCY') return viewer.post === 'CHIEF' && agency !== null && viewer.agency === agency;
  if (!may(viewer, 'ACT_ON_CARDS') || viewer.division === null || division === '') return false;
  if (agency === null) return viewer.division === division;
  const scope: ViewerScope = { all: false, divisions: [viewer.division], agencies: [], sources: [] };
  return viewer.tier === tierOf(division) && isWithin(scope, { division, agency: null, source: null });
}

function notYours({ owner }: Owner): NoticeRefusal {
  return {
    __typename: 'NoticeNotYours',
    message: {
      zh: `${owner} 的告知名单和模板由该机构首席代表或其同级监督主体维护，当前账户不是。`,
      en: `The list and the templates of ${owner} are kept by the agency's chief representative or by the supervision body of its own level; this account is neither.`,
    },
  };
}

/** A refusal of input. */
export function refused(zh: string, en: string): NoticeRefusal {
  return { __typename: 'NoticeInputRefused', message: { zh, en } };
}

/** What came, as a message may repeat it: short, on one line. */
export function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40).toWellFormed());
}
