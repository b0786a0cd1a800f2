import type { SupervisionContext } from '../context.ts';
import { receiptKey } from '../context.ts';

/** Fields that signals, warnings, cards and verdicts answer alike: references to entities that others own. */
export interface ReferringRow {
  readonly lane: number;
  readonly rule: string;
  readonly subjectType: string;
  readonly subject: string;
  readonly agency: string;
  readonly division: string;
  readonly source: string | null;
  readonly receiptHash: string | null;
}

/** Stub of the indicator, for whoever owns it to fill. */
export const indicator = ({ rule }: ReferringRow) => ({ __typename: 'Indicator', id: rule });

/** The receipt, read when it is asked for. */
export const receipt = ({ lane, receiptHash }: ReferringRow, _args: unknown, context: SupervisionContext) =>
  receiptHash === null ? null : context.load.receipt.load(receiptKey(lane, receiptHash));

/** Subjects that supervision keeps itself, whole: another's are a name for their owner to fill. */
const KEPT: Readonly<Record<string, (id: string, load: SupervisionContext['load']) => Promise<object | null>>> = {
  Card: (id, load) => load.card.load(id),
  FeedbackReport: (id, load) => load.report.load(id),
};

async function subjectReference({ subjectType, subject }: ReferringRow, _args: unknown, { load }: SupervisionContext) {
  const kept = KEPT[subjectType];
  if (kept === undefined) return { __typename: subjectType, id: subject };
  const row = await kept(subject, load);
  return row === null ? null : { ...row, __typename: subjectType };
}

/** The references of a row that is about a subject. */
export const references = {
  indicator,
  receipt,
  subject: subjectReference,
  agency: ({ agency }: ReferringRow) => ({ __typename: 'Agency', uscc: agency }),
  division: ({ division }: ReferringRow) => ({ __typename: 'Division', code: division }),
  item: ({ item }: ReferringRow & { readonly item: string | null }) =>
    item === null ? null : { __typename: 'ServiceItem', code: item },
  source: ({ source }: ReferringRow) => (source === null ? null : { __typename: 'Source', id: source }),
};
