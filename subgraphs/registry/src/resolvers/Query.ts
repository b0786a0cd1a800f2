import type { AgencyDuty, PlaceKind } from '@gnomon/reference';
import { type PageArguments, requireViewer } from '@gnomon/subgraph-kit';
import type { RegistryContext } from '../context.ts';
import { codeArgument, divisionConnection, referenceConnection } from '../pages.ts';
import { indicatorById } from './Indicator.ts';
import { answerRulesInForce } from './RulesInForce.ts';

type Maybe<T> = T | null | undefined;

/** Every root field: for signed-in viewers only. */
function asked<Args, Result>(answer: (args: Args, context: RegistryContext) => Result) {
  return (_root: unknown, args: Args, context: RegistryContext): Result => {
    requireViewer(context);
    return answer(args, context);
  };
}

export const Query = {
  /** What is published holds from the moment on; nothing is judged here, hence no cursor. */
  registryAsOf: asked((_: unknown, { time }) => ({ domain: 'registry', at: time.now(), cursor: null })),
  division: asked(({ code }: { code: string }, context) => context.load.division.load(codeArgument('code', code))),
  divisions: asked(
    (args: PageArguments & { level?: Maybe<number>; within?: Maybe<string>; name?: Maybe<string> }, context) =>
      divisionConnection(
        context,
        { level: args.level ?? null, within: subtree(args.within), name: args.name ?? null },
        args,
      ),
  ),
  agency: asked(({ uscc }: { uscc: string }, context) => context.load.agency.load(uscc)),
  agencies: asked(
    (
      args: PageArguments & {
        within?: Maybe<string>;
        department?: Maybe<string>;
        duty?: Maybe<AgencyDuty>;
        name?: Maybe<string>;
      },
      context,
    ) =>
      referenceConnection(
        context,
        'agency',
        {
          within: subtree(args.within),
          class: args.department ?? null,
          duties: dutiesFor(args.duty),
          name: args.name ?? null,
        },
        args,
      ),
  ),
  supervisionBody: asked(({ division }: { division: string }, context) =>
    context.load.supervisorOf.load(codeArgument('division', division)),
  ),
  place: asked(({ id }: { id: string }, context) => context.load.place.load(id)),
  places: asked((args: PageArguments & { within?: Maybe<string>; kind?: Maybe<PlaceKind> }, context) =>
    referenceConnection(context, 'place', { within: subtree(args.within), class: args.kind ?? null }, args),
  ),
  serviceItem: asked(({ code }: { code: string }, context) => context.load.item.load(code)),
  serviceItems: asked(
    (args: PageArguments & { agency?: Maybe<string>; basicCode?: Maybe<string>; name?: Maybe<string> }, context) =>
      referenceConnection(
        context,
        'service-item',
        { agency: args.agency ?? null, class: args.basicCode ?? null, name: args.name ?? null },
        args,
      ),
  ),
  source: asked(({ id }: { id: string }, context) => context.load.source.load(id)),
  sources: asked((args: PageArguments & { within?: Maybe<string>; agency?: Maybe<string> }, context) =>
    referenceConnection(context, 'source', { within: subtree(args.within), agency: args.agency ?? null }, args),
  ),
  indicator: asked(({ id }: { id: string }, context) => indicatorById(context, id)),
  indicators: asked(({ domain }: { domain?: Maybe<string> }, context) =>
    [...context.rules.current().pack.rules.values()]
      .filter((rule) => domain === null || domain === undefined || rule.domain === domain)
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  ),
  rulesInForce: asked((args: { division: string; department?: Maybe<string>; on?: Maybe<string> }, context) =>
    answerRulesInForce(context, {
      division: codeArgument('division', args.division),
      department: args.department ?? null,
      agency: null,
      on: args.on ?? null,
    }),
  ),
  calendar: asked(({ scope }: { scope?: Maybe<string> }, context) => {
    const rules = context.rules.current();
    if (scope === null || scope === undefined) return { calendar: rules.calendar, scope: null };
    const place = /^\d+$/.test(scope) ? codeArgument('scope', scope) : scope;
    return { calendar: rules.calendarFor(place), scope: place };
  }),
};

function subtree(within: Maybe<string>): string | null {
  return within === null || within === undefined ? null : codeArgument('within', within);
}

/** A body of both duties is found under either. */
function dutiesFor(duty: Maybe<AgencyDuty>): readonly AgencyDuty[] | null {
  if (duty === null || duty === undefined) return null;
  return duty === 'BOTH' ? ['BOTH'] : [duty, 'BOTH'];
}
