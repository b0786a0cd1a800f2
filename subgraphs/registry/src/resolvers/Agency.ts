import type { ReferenceAgency } from '@gnomon/reference';
import { nameText, type PageArguments } from '@gnomon/subgraph-kit';
import type { RegistryContext } from '../context.ts';
import { referenceConnection } from '../pages.ts';
import { answerRulesInForce } from './RulesInForce.ts';
import { signedIn } from './signed-in.ts';

export const Agency = {
  __resolveReference: signedIn(({ uscc }: { uscc: string }, context: RegistryContext) =>
    context.load.agency.load(uscc),
  ),
  name: (agency: ReferenceAgency) => nameText(agency.name, agency.nameEn),
  division: (agency: ReferenceAgency, _args: unknown, context: RegistryContext) =>
    context.load.division.load(agency.division),
  reportsTo: (agency: ReferenceAgency, _args: unknown, context: RegistryContext) =>
    agency.reportsTo === null ? null : context.load.agency.load(agency.reportsTo),
  validFrom: (agency: ReferenceAgency) => agency.from,
  validTo: (agency: ReferenceAgency) => agency.to,
  items: (agency: ReferenceAgency, page: PageArguments, context: RegistryContext) =>
    referenceConnection(context, 'service-item', { agency: agency.uscc }, page),
  sources: (agency: ReferenceAgency, _args: unknown, context: RegistryContext) =>
    context.load.sourcesOf.load(agency.uscc),
  rulesInForce: (agency: ReferenceAgency, { on }: { on?: string | null }, context: RegistryContext) =>
    answerRulesInForce(context, {
      division: agency.division,
      department: agency.department || null,
      agency: agency.uscc,
      on: on ?? null,
    }),
};

const TIERS = ['REGION', 'LEAGUE', 'BANNER'] as const;

/** Its parent value is the agency that is the body. */
export const SupervisionBody = {
  agency: (body: ReferenceAgency) => body,
  tier: (body: ReferenceAgency) => TIERS[Math.min(body.level, 3) - 1],
  division: (body: ReferenceAgency, _args: unknown, context: RegistryContext) =>
    context.load.division.load(body.division),
  reportsTo: (body: ReferenceAgency, _args: unknown, context: RegistryContext) =>
    body.reportsTo === null ? bodyAbove(body, context) : context.load.agency.load(body.reportsTo),
};

/** Where no reporting line is recorded, the body of the division that the own division reports to. */
async function bodyAbove(body: ReferenceAgency, context: RegistryContext): Promise<ReferenceAgency | null> {
  const division = await context.load.division.load(body.division);
  const above = division?.reports_to ?? division?.parent ?? null;
  return above === null ? null : context.load.supervisorOf.load(above);
}
