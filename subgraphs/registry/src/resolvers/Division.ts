import type { PageArguments } from '@gnomon/subgraph-kit';
import type { RegistryContext } from '../context.ts';
import { code12, codePath, divisionCode } from '../division-code.ts';
import { divisionConnection, referenceConnection } from '../pages.ts';
import type { DivisionRow } from '../store/divisions.ts';
import { signedIn } from './signed-in.ts';

type SubtreePage = PageArguments & { readonly subtree?: boolean | null };

export const Division = {
  __resolveReference: signedIn(({ code }: { code: string }, context: RegistryContext) => {
    const short = divisionCode(code);
    return short === null ? null : context.load.division.load(short);
  }),
  code12: (row: DivisionRow) => code12(row.code),
  parent: (row: DivisionRow, _args: unknown, context: RegistryContext) =>
    row.parent === null ? null : context.load.division.load(row.parent),
  path: async (row: DivisionRow, _args: unknown, context: RegistryContext) => {
    const rows = await Promise.all(codePath(row.code).map((code) => context.load.division.load(code)));
    return rows.filter((found) => found !== null);
  },
  reportsTo: (row: DivisionRow, _args: unknown, context: RegistryContext) => {
    const code = row.reports_to ?? row.parent;
    return code === null ? null : context.load.division.load(code);
  },
  children: (row: DivisionRow, page: PageArguments, context: RegistryContext) =>
    divisionConnection(context, { parent: row.code }, page),
  agencies: (row: DivisionRow, page: SubtreePage, context: RegistryContext) =>
    referenceConnection(context, 'agency', place(row, page), page),
  places: (row: DivisionRow, page: SubtreePage, context: RegistryContext) =>
    referenceConnection(context, 'place', place(row, page), page),
  supervisionBody: (row: DivisionRow, _args: unknown, context: RegistryContext) =>
    context.load.supervisorOf.load(row.code),
};

function place(row: DivisionRow, { subtree }: SubtreePage) {
  return subtree === true ? { within: row.code } : { division: row.code };
}
