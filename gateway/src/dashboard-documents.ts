import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { type DocumentNode, type FragmentDefinitionNode, Kind, parse, print, visit } from 'graphql';
import type * as Types from '../generated/documents.ts';

/** The folder of documents, one question a file, and the fragments that they share. */
export const DOCUMENTS_FOLDER: URL = new URL('../documents/', import.meta.url);
const FRAGMENTS = 'fragments.graphql';

/** A question that dashboards ask, with the types of its variables and its answer. */
export interface DashboardDocument<Answer = unknown, Variables = Readonly<Record<string, unknown>>> {
  /** Name of its operation, for example `RegionDay`. */
  readonly name: string;
  /** The operation with its fragments: what is sent. */
  readonly text: string;
  /** SHA-256 of the text in hex: by it a client may name the document instead of sending it. */
  readonly hash: string;
  readonly description: { readonly zh: string; readonly en: string };
  /** Carries the types; there is no such function at run time. */
  readonly typed?: (variables: Variables) => Answer;
}

/** The documents by name. */
export interface DashboardDocuments {
  readonly RegionDay: DashboardDocument<Types.RegionDayQuery, Types.RegionDayQueryVariables>;
  readonly CardDensity: DashboardDocument<Types.CardDensityQuery, Types.CardDensityQueryVariables>;
  readonly AgencyFile: DashboardDocument<Types.AgencyFileQuery, Types.AgencyFileQueryVariables>;
  readonly ProjectFile: DashboardDocument<Types.ProjectFileQuery, Types.ProjectFileQueryVariables>;
  readonly CitizenMatter: DashboardDocument<Types.CitizenMatterQuery, Types.CitizenMatterQueryVariables>;
  readonly DueSoon: DashboardDocument<Types.DueSoonQuery, Types.DueSoonQueryVariables>;
  readonly Changes: DashboardDocument<Types.ChangesQuery, Types.ChangesQueryVariables>;
}

/**
 * Reads the documents.
 * @throws {Error} for a file without one named operation, or without a comment in each language at its head.
 */
export function readDashboardDocuments(folder: URL = DOCUMENTS_FOLDER): DashboardDocuments {
  const fragments = fragmentsOf(parse(readFileSync(new URL(FRAGMENTS, folder), 'utf8')));
  const files = readdirSync(folder).filter((name) => name.endsWith('.graphql') && name !== FRAGMENTS);
  const documents = files
    .sort()
    .map((file) => documentOf(file, readFileSync(new URL(file, folder), 'utf8'), fragments));
  return Object.fromEntries(documents.map((document) => [document.name, document])) as unknown as DashboardDocuments;
}

/** The texts of all documents, for a gateway that knows them by their hash. */
export function dashboardTexts(): readonly string[] {
  return (Object.values(readDashboardDocuments()) as DashboardDocument[]).map(({ text }) => text);
}

function documentOf(
  file: string,
  text: string,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): DashboardDocument {
  const parsed = parse(text);
  const [operation, ...more] = parsed.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || operation.name === undefined || more.length > 0)
    throw new Error(`${file}: one named operation was expected; fragments go into ${FRAGMENTS}.`);
  const [zh, en] = text.split('\n').map((line) => /^# (.+)$/.exec(line)?.[1]);
  if (zh === undefined || en === undefined)
    throw new Error(`${file}: two comment lines were expected at its head, the first Chinese, the second English.`);
  const used = new Set<string>();
  addSpread(parsed, fragments, used);
  const whole = [operation, ...[...used].sort().map((name) => fragments.get(name)!)]
    .map((node) => print(node))
    .join('\n\n');
  const hash = createHash('sha256').update(whole).digest('hex');
  return { name: operation.name.value, text: whole, hash, description: { zh, en } };
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  );
}

/** The fragments that a node spreads, and those that these spread. */
function addSpread(
  node: DocumentNode | FragmentDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  used: Set<string>,
): void {
  visit(node, {
    FragmentSpread({ name: { value } }) {
      const fragment = fragments.get(value);
      if (fragment === undefined) throw new Error(`fragment ${value} is not in ${FRAGMENTS}.`);
      if (used.has(value)) return;
      used.add(value);
      addSpread(fragment, fragments, used);
    },
  });
}
