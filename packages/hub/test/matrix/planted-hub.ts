import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIssuer, type Viewer } from '@gnomon/identity';
import { requestContext } from '@gnomon/subgraph-kit';
import { type DocumentNode, type ExecutionResult, type GraphQLSchema, parse } from 'graphql';
import { demoViewers } from '../../src/index.ts';
import { SUBGRAPHS } from '../../src/open-hub.ts';
import { openSeasonHub, type SeasonHub } from '../season-world.ts';
import { personalValues } from './personal-values.ts';
import { type Act, type Planted, plant } from './plant.ts';
import { confirmSome, type Look } from './plant-access.ts';
import { type PlantedRow, plantedRows } from './planted-rows.ts';
import { foreignTo } from './viewers.ts';

/** A request as it is sent to a subgraph. */
export interface Request {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}
/** An answer with the texts of the statements that it took, sorted: what is read at once comes in any order. */
export interface Heard extends ExecutionResult {
  readonly statements: readonly string[];
}

/** A hub with a season of records and everything that people do, and what is known of whose it is. */
export interface PlantedHub extends SeasonHub {
  readonly rows: readonly PlantedRow[];
  readonly planted: Planted;
  /** Personal data of the season's rows. */
  readonly personal: ReadonlySet<string>;
  schemaOf(name: string): GraphQLSchema;
  /** Rows of the subgraph's own domain; supervision speaks of all. */
  ownRows(name: string): readonly PlantedRow[];
  /** What the viewer must not come to know of them. */
  foreignTo(viewer: Viewer | null, name: string): ReadonlySet<string>;
  askAt(name: string, viewer: Viewer | null, request: Request): Promise<Heard>;
  /** Documents are parsed once each. */
  documentOf(name: string, query: string): DocumentNode;
  tokenOf(viewer: Viewer): Promise<string>;
  /** What was found once under this name. */
  memoOf<Value>(name: string, find: () => Value): Value;
}

/** Opens it: some forty seconds, most of them the season's rows. */
export async function openPlantedHub(): Promise<PlantedHub> {
  const statements: string[] = [];
  const spool = mkdtempSync(join(tmpdir(), 'gnomon-spool-'));
  // Supervision reads its channels from the environment.
  process.env.GNOMON_MESSAGE_SPOOL = spool;
  const season = await openSeasonHub({ onStatement: (text) => statements.push(text) });
  const schemas = Object.fromEntries(SUBGRAPHS.map((one) => [one.name, one.schemaName]));
  const hub = memoized(season, statements);
  const hands = handsOn(hub);
  const planted = await plant(hands, await plantedRows(season.hub.databaseUrl, schemas));
  await season.hub.settle();
  const known = await confirmSome(hands.act, hands.look, planted.access);
  await season.hub.settle();
  await season.hub.watch();
  const rows = [
    ...(await plantedRows(season.hub.databaseUrl, schemas)),
    ...planted.rows,
    ...known,
    ...(await hallsOf(hub)),
  ];
  const ownRows = memo((name: string) => rows.filter(({ domain }) => name === 'supervision' || domain === name));
  const foreign = memo((name: string) =>
    memo((key: string) => foreignTo(JSON.parse(key) as Viewer | null, ownRows(name))),
  );
  const issuer = await openIssuer(join(season.home, 'identity'));
  return {
    ...season,
    ...hub,
    rows,
    planted,
    ownRows,
    personal: personalValues(season.season.arrivals.map(({ row }) => row)),
    foreignTo: (viewer, name) => foreign(name)(JSON.stringify(viewer)),
    memoOf: memoNamed(),
    tokenOf: (viewer) => issuer.issueToken(viewer, { ttlSeconds: 600 }),
    async close() {
      delete process.env.GNOMON_MESSAGE_SPOOL;
      await season.close();
      rmSync(spool, { recursive: true, force: true });
    },
  };
}

type Asked = Pick<PlantedHub, 'schemaOf' | 'askAt' | 'documentOf'>;

function memoized({ hub }: SeasonHub, statements: string[]): Asked {
  const documents = memo((_name: string) => memo((query: string) => parse(query)));
  const documentOf = (name: string, query: string) => documents(name)(query);
  return {
    documentOf,
    schemaOf: (name) => hub.subgraph(name).schema,
    async askAt(name, viewer, { query, variables }) {
      statements.length = 0;
      const context = requestContext(viewer, 'matrix');
      const answer = await hub.subgraph(name).execute({ document: documentOf(name, query), variables, context });
      return { ...answer, statements: [...statements].sort() };
    },
  };
}

/** What the planting is done by: requests to the subgraphs, refused ones are errors. */
function handsOn({ askAt, schemaOf }: Asked) {
  const act: Act = async (subgraph, viewer, mutation, input, selection) => {
    const field = schemaOf(subgraph).getMutationType()!.getFields()[mutation]!;
    const type = String(field.args[0]!.type);
    const payload = String(field.type).replace('!', '');
    const members = schemaOf(subgraph).getType(payload)!;
    const done =
      'getTypes' in members ? members.getTypes().find(({ name }) => name.endsWith('Payload'))!.name : payload;
    const refusals = 'getTypes' in members ? members.getTypes().filter((one) => 'message' in one.getFields()) : [];
    const said = refusals.map(({ name }) => `... on ${name} { message { en } }`).join(' ');
    const query = `mutation ($input: ${type}) { ${mutation}(input: $input) { __typename ... on ${done} { ${selection} } ${said} } }`;
    const { data, errors } = await askAt(subgraph, viewer, { query, variables: { input } });
    const answer = data?.[mutation] as { readonly __typename: string } | undefined;
    if (answer?.__typename !== done)
      throw new Error(`${mutation} by ${viewer.id}: ${JSON.stringify(answer ?? errors)} for ${JSON.stringify(input)}`);
    return answer as unknown as Record<string, unknown>;
  };
  const look: Look = (subgraph, viewer, query, variables) =>
    askAt(subgraph, viewer, { query, variables: { ...variables } });
  return {
    act,
    look,
    async reportsOf(viewer: Viewer, agency: string) {
      const query = 'query ($of: [ID!]) { feedbackReports(filter: { agency: $of }) { nodes { id period } } }';
      const { data } = await askAt('supervision', viewer, { query, variables: { of: [agency] } });
      return (data as { feedbackReports: { nodes: { id: string; period: string }[] } }).feedbackReports.nodes;
    },
  };
}

/** Halls: no table has them under an id of their own. */
async function hallsOf({ askAt }: Asked): Promise<readonly PlantedRow[]> {
  const region = { ...demoViewers()('supervisor-region') };
  const query = '{ centres(first: 200) { nodes { id agency { uscc } division { code } } } }';
  const { data } = await askAt('centres', region, { query, variables: {} });
  const { nodes } = (
    data as { centres: { nodes: { id: string; agency: { uscc: string }; division: { code: string } }[] } }
  ).centres;
  const bare = { domain: 'centres', type: 'Centre', number: null, source: null };
  return nodes.map(({ id, agency, division }) => ({ ...bare, id, agency: agency.uscc, division: division.code }));
}

function memoNamed(): PlantedHub['memoOf'] {
  const known = new Map<string, unknown>();
  return <Value>(name: string, find: () => Value) => {
    if (!known.has(name)) known.set(name, find());
    return known.get(name) as Value;
  };
}

/** The same answer for the same text, found once. */
function memo<Value>(find: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    if (!known.has(text)) known.set(text, find(text));
    return known.get(text) as Value;
  };
}
