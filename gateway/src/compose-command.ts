import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { composeSupergraph, type SubgraphText } from './compose.ts';
import { includeShared } from './schema-include.ts';
import { SUPERGRAPH_FILE } from './supergraph.ts';

const ROOT = new URL('../../', import.meta.url);
const DEFAULT_PORT = '4100';

/** Reads `subgraphs/<name>/schema.graphql` with what it includes and the files of `subgraphs/<name>/schema/`; the address is that of the subgraph alone, at the port that its `subgraph.ts` names. */
export function readSubgraphTexts(root: URL = ROOT): SubgraphText[] {
  const folder = new URL('subgraphs/', root);
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const typeDefs = readSchema(new URL(`${name}/`, folder));
      const port =
        /^\s*port: (\d+),/m.exec(readIfThere(new URL(`${name}/src/subgraph.ts`, folder)) ?? '')?.[1] ?? DEFAULT_PORT;
      if (typeDefs === null) return [];
      const whole = includeShared(typeDefs, (path) => readFileSync(new URL(path, root), 'utf8'));
      return [{ name, url: `http://127.0.0.1:${port}/graphql`, typeDefs: whole }];
    });
}

/** The schema of a subgraph: `schema.graphql` and the files of `schema/`, or `null` for a folder that has none. */
export function readSchema(folder: URL): string | null {
  const first = readIfThere(new URL('schema.graphql', folder));
  if (first === null) return null;
  const parts = new URL('schema/', folder);
  const names = existsSync(parts) ? readdirSync(parts).filter((name) => name.endsWith('.graphql')) : [];
  return [first, ...names.sort().map((name) => readFileSync(new URL(name, parts), 'utf8'))].join('\n');
}

function readIfThere(file: URL): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    // Beside the subgraphs' folders there may be files.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/** `compose-command.ts [--check]`: writes gateway/supergraph.graphql, or says whether it is stale. Gives the exit code. */
function main(isCheck: boolean): number {
  const texts = readSubgraphTexts();
  const composition = composeSupergraph(texts);
  if (composition.errors) {
    for (const error of composition.errors) console.error(error.message);
    console.error(
      `合成失败：${composition.errors.length} 处错误 · composition failed with ${composition.errors.length} errors`,
    );
    return 1;
  }
  const { supergraphSdl } = composition;
  if (!isCheck) {
    writeFileSync(SUPERGRAPH_FILE, `${supergraphSdl.trim()}\n`);
    console.log(
      `已合成 ${texts.length} 个领域 · composed ${texts.map(({ name }) => name).join(', ')} into gateway/supergraph.graphql`,
    );
    return 0;
  }
  if (readIfThere(SUPERGRAPH_FILE)?.trim() === supergraphSdl.trim()) {
    console.log('gateway/supergraph.graphql 与各领域一致 · is up to date');
    return 0;
  }
  console.error('gateway/supergraph.graphql 已过期，请运行 pnpm compose · is stale: run `pnpm compose` and commit it');
  return 1;
}

if (import.meta.main) process.exitCode = main(process.argv.includes('--check'));
