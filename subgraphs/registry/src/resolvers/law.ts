import { createPaging, type PageArguments, requirePermission, requireViewer } from '@gnomon/subgraph-kit';
import type { RegistryContext } from '../context.ts';
import { proposeText } from '../law/propose.ts';
import type { LawRefusal } from '../law/refusals.ts';
import { proposeRepeal } from '../law/repeal.ts';
import {
  REPEALED,
  type RuleTextKind,
  type RuleText as RuleTextRow,
  type RuleTextState,
  stateOf,
} from '../law/rule-text.ts';
import { consultText, publishText, withdrawText } from '../law/steps.ts';
import { codeArgument } from '../pages.ts';
import { listTexts, textById } from '../store/rule-texts.ts';

type Maybe<T> = T | null | undefined;
type Answer = LawRefusal | { readonly __typename: 'RuleTextPayload'; readonly ruleText: RuleTextRow };

/** A mutation of supervisors; who may act on which text is said by the text. */
function making<Input>(
  act: (
    context: RegistryContext,
    viewer: ReturnType<typeof requireViewer>,
    input: Input,
  ) => Promise<RuleTextRow | LawRefusal>,
) {
  return async (_root: unknown, { input }: { input: Input }, context: RegistryContext): Promise<Answer> => {
    const viewer = requirePermission(context, 'MAKE_RULES');
    const result = await act(context, viewer, input);
    return '__typename' in result ? result : { __typename: 'RuleTextPayload', ruleText: result };
  };
}

interface ProposalInput {
  readonly kind: RuleTextKind;
  readonly text: string;
  readonly document: string;
  readonly contact: string;
  readonly note: string;
  readonly favourable?: Maybe<boolean>;
}
interface NoticeInput extends Pick<ProposalInput, 'document' | 'contact' | 'note'> {
  readonly year: number;
  readonly papers: readonly string[];
  readonly days: readonly { readonly date: string; readonly name: string; readonly off: boolean }[];
}

export const LawMutation = {
  proposeRuleText: making((context, viewer, input: ProposalInput) =>
    proposeText(context, viewer, { ...input, favourable: input.favourable ?? false }),
  ),
  proposeCalendarNotice: making((context, viewer, { year, papers, days, ...about }: NoticeInput) =>
    proposeText(context, viewer, {
      ...about,
      kind: 'CALENDAR_NOTICE',
      text: noticeText({ year, papers, days }),
      favourable: false,
    }),
  ),
  proposeRepeal: making(proposeRepeal),
  consultRuleText: making((context, viewer, input: { id: string; consultation: string }) =>
    consultText(context, viewer, input),
  ),
  publishRuleText: making((context, viewer, input: { id: string; inForceOn?: Maybe<string> }) =>
    publishText(context, viewer, { id: input.id, inForceOn: input.inForceOn ?? null }),
  ),
  withdrawRuleText: making((context, viewer, input: { id: string; reason: string }) =>
    withdrawText(context, viewer, input),
  ),
};

const paging = createPaging<readonly [number]>('ruleTexts', ['number']);

export const LawQuery = {
  ruleText: async (_root: unknown, { id }: { id: string }, context: RegistryContext) => {
    requireViewer(context);
    if (!/^LAW-\d{1,9}$/.test(id)) return null;
    return context.database.asViewer(context.scope, (tx) => textById(tx, id));
  },
  ruleTexts: async (
    _root: unknown,
    args: PageArguments & {
      state?: Maybe<RuleTextState>;
      kind?: Maybe<RuleTextKind>;
      rule?: Maybe<string>;
      division?: Maybe<string>;
    },
    context: RegistryContext,
  ) => {
    requireViewer(context);
    const request = paging.request(args);
    const filter = {
      state: args.state ?? null,
      kind: args.kind ?? null,
      rule: args.rule?.replaceAll('\u0000', '') ?? null,
      division: args.division === null || args.division === undefined ? null : codeArgument('division', args.division),
    };
    const rows = await listTexts(context.database, context.scope, filter, {
      now: context.time.now(),
      after: request.after?.[0] ?? null,
      limit: request.limit,
    });
    return paging.connection(rows, request, ({ ordinal }) => [ordinal]);
  },
};

export const RuleText = {
  divisionCode: (text: RuleTextRow) => text.division,
  state: (text: RuleTextRow, _args: unknown, { time }: RegistryContext) => stateOf(text, time.now()),
  favourable: (text: RuleTextRow) => text.isFavourable,
  repeals: (text: RuleTextRow) => text.text === REPEALED,
};

/** A notice as its file is written: a line a day, so that two versions can be laid side by side. */
function noticeText({ year, papers, days }: Pick<NoticeInput, 'year' | 'papers' | 'days'>): string {
  const lines = days.map(({ date, name, off }) => `    ${JSON.stringify({ date, name, off })}`);
  return `{\n  "year": ${year},\n  "papers": ${JSON.stringify(papers)},\n  "days": [\n${lines.join(',\n')}\n  ]\n}\n`;
}
