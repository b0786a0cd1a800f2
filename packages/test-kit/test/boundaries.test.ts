import { isBuiltin } from 'node:module';
import { expect, test } from 'vitest';
import { readWorkspace, rootDevelopmentDependencies, staysWithin, type WorkspacePackage } from './workspace.ts';

/*
 *   working-time ─► rule-engine ─► receipt     identifiers     province        pure: leaf libraries and pure packages only
 *             └──► reference                      acts
 *        store          identity                                              name pure packages
 *               subgraph-kit                                                  names all of these
 *                 records                                                     what a domain of records shares; names the kit and below
 *   registry     work-items     supervision     …                             name these and below, never one another
 *               gateway     dashboard                                         know subgraphs by their schema alone
 *                  hub                                                        names them all
 *   test-kit, province's scenes: for development, named by tests and benches alone
 */
const PURE = ['working-time', 'rule-engine', 'identifiers', 'reference', 'receipt', 'province'];
const KIT_AND_BELOW = [
  ...['subgraph-kit', 'store', 'identity', 'working-time', 'rule-engine', 'identifiers', 'reference', 'acts'],
];

const SUBGRAPH = ['records', ...KIT_AND_BELOW];

/** Who may name whom. A package that is not listed is a subgraph. */
const MAY_NAME: Readonly<Record<string, readonly string[] | 'ALL'>> = {
  'working-time': [],
  identifiers: [],
  reference: ['working-time'],
  'rule-engine': ['working-time'],
  receipt: ['rule-engine', 'working-time'],
  acts: [],
  // Its truth is an oracle for the engine's verdicts; it must not be computed by the engine.
  province: ['identifiers', 'working-time'],
  store: PURE,
  identity: PURE,
  'subgraph-kit': ['store', 'identity', 'working-time', 'rule-engine', 'identifiers'],
  records: KIT_AND_BELOW,
  gateway: ['identity'],
  dashboard: [],
  hub: 'ALL',
  'test-kit': ['gateway', ...KIT_AND_BELOW],
};

/** What tests and benches of any package may name besides. */
const FOR_DEVELOPMENT = ['test-kit', 'province'];

const workspace = readWorkspace();
const subgraphs = workspace.filter(({ folder }) => folder.startsWith('subgraphs')).map(({ name }) => name);

function mayName(from: WorkspacePackage, to: string): boolean {
  const allowed = MAY_NAME[from.name] ?? SUBGRAPH;
  return from.name === to || allowed === 'ALL' || allowed.includes(to);
}

const gnomon = (specifier: string) => /^@gnomon\/([a-z-]+)/.exec(specifier)?.[1] ?? null;
const packageName = (specifier: string) => /^(@[^/]+\/[^/]+|[^/]+)/.exec(specifier)![0];

test('every package is known to this test: by name, or as a subgraph', () => {
  const unknown = workspace.filter(({ name }) => MAY_NAME[name] === undefined && !subgraphs.includes(name));
  expect(unknown.map(({ folder }) => folder)).toEqual([]);
  expect(subgraphs.length).toBeGreaterThan(0);
});

test.each(workspace.map((item) => [item.name, item] as const))(
  '%s names only packages that it may name',
  (_name, item) => {
    const wrong = item.imports.filter(({ specifier, place }) => {
      const named = gnomon(specifier);
      if (named === null) return false;
      return !mayName(item, named) && !(place === 'DEVELOPMENT' && FOR_DEVELOPMENT.includes(named));
    });
    expect(wrong.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
  },
);

test.each(workspace.map((item) => [item.name, item] as const))(
  '%s reaches no other package by a path',
  (_name, item) => {
    const wrong = item.imports.filter((one) => one.specifier.startsWith('.') && !staysWithin(item.folder, one));
    expect(wrong.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
  },
);

test.each(workspace.map((item) => [item.name, item] as const))(
  'the package.json of %s says what its files import',
  (_name, item) => {
    const shipped = new Set(item.dependencies);
    const development = new Set([...shipped, ...item.devDependencies, ...rootDevelopmentDependencies()]);
    const undeclared = item.imports.filter(({ specifier, place }) => {
      if (specifier.startsWith('.') || isBuiltin(specifier)) return false;
      const name = packageName(specifier);
      return name !== `@gnomon/${item.name}` && !(place === 'SOURCE' ? shipped : development).has(name);
    });
    expect(undeclared.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
  },
);

test.each(workspace.map((item) => [item.name, item] as const))(
  'the package.json of %s declares no package that it may not name',
  (_name, item) => {
    const declared = item.dependencies.map(gnomon).filter((name) => name !== null);
    const forDevelopment = item.devDependencies
      .map(gnomon)
      .filter((name) => name !== null && !FOR_DEVELOPMENT.includes(name));
    expect([...declared, ...forDevelopment].filter((name) => !mayName(item, name!))).toEqual([]);
    expect(declared).not.toContain('test-kit');
  },
);

test('nothing shipped imports the kit for tests', () => {
  const wrong = workspace.flatMap(({ imports }) =>
    imports.filter(({ specifier, place }) => place === 'SOURCE' && gnomon(specifier) === 'test-kit'),
  );
  expect(wrong.filter(({ file }) => !file.startsWith('packages/test-kit')).map(({ file }) => file)).toEqual([]);
});

test('this test reads imports: it finds the kit or the records in every subgraph, and the engine in the kit', () => {
  for (const item of workspace.filter(({ name }) => subgraphs.includes(name)))
    expect(item.imports.map(({ specifier }) => gnomon(specifier))).toSatisfy(
      (named) => named.includes('subgraph-kit') || named.includes('records'),
    );
  const kit = workspace.find(({ name }) => name === 'subgraph-kit')!;
  expect(kit.imports.map(({ specifier }) => specifier)).toContain('@gnomon/rule-engine');
});
