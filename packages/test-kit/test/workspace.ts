import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A package of the workspace, as its files say. */
export interface WorkspacePackage {
  /** Without the scope: `store`, `work-items`. */
  readonly name: string;
  /** Relative to the root: `packages/store`. */
  readonly folder: string;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
  readonly imports: readonly Import[];
}

/** One import of one file. */
export interface Import {
  /** Relative to the root. */
  readonly file: string;
  readonly specifier: string;
  /** Whether the file is shipped (`src`) or serves development (`test`, `bench`, `audit`). */
  readonly place: 'SOURCE' | 'DEVELOPMENT';
}

/** Every package of the workspace with every import in its TypeScript files; generated code aside. */
export function readWorkspace(): readonly WorkspacePackage[] {
  const folders = ['gateway', ...children('packages'), ...children('subgraphs')];
  return folders.filter((folder) => existsSync(join(ROOT, folder, 'package.json'))).map(readPackage);
}

/** The development dependencies of the root, which every package's tests may use. */
export function rootDevelopmentDependencies(): ReadonlySet<string> {
  return new Set(Object.keys(readManifest('.').devDependencies ?? {}));
}

/** Whether a relative import stays within its package. */
export function staysWithin(folder: string, { file, specifier }: Import): boolean {
  const target = relative(join(ROOT, folder), resolve(ROOT, dirname(file), specifier));
  return !target.startsWith(`..${sep}`) && target !== '..';
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function readPackage(folder: string): WorkspacePackage {
  const { name, dependencies, optionalDependencies, devDependencies } = readManifest(folder);
  return {
    name: name.replace('@gnomon/', ''),
    folder,
    dependencies: Object.keys({ ...dependencies, ...optionalDependencies }),
    devDependencies: Object.keys(devDependencies ?? {}),
    imports: sourceFiles(folder).flatMap(readImports),
  };
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;
}

function children(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder)).map((name) => join(folder, name));
}

/** Walked by hand: `node_modules` holds links back to the workspace, so a recursive listing would not end. */
export function sourceFiles(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'generated'].includes(entry.name) ? [] : sourceFiles(path);
    return entry.isFile() && /\.(ts|tsx|mts)$/.test(entry.name) ? [path] : [];
  });
}

/** Static imports, re-exports and imports by call; what stands in comments does not count. */
const IMPORT =
  /(?:^|[;}\n])\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?(['"])([^'"]+)\1|\bimport\(\s*(['"])([^'"]+)\3\s*\)/g;

function readImports(file: string): readonly Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const place = /[\\/](test|bench|audit)[\\/]/.test(file) ? 'DEVELOPMENT' : 'SOURCE';
  return [...text.matchAll(IMPORT)].map((found) => ({ file, specifier: (found[2] ?? found[4])!, place }));
}
