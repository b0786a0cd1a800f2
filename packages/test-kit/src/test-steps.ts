import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** One part of `pnpm test`. */
export interface TestStep {
  readonly title: { readonly zh: string; readonly en: string };
  readonly command: string;
  readonly args: readonly string[];
  /** Left out when this file is not in the repository. */
  readonly needs?: string;
}

/** What `pnpm test` does before the tests themselves, in order: what is made first, then what reads it. */
export const CHECKS: readonly TestStep[] = [
  {
    title: { zh: '生成类型', en: 'generated types' },
    command: 'graphql-codegen',
    args: ['--config', 'codegen.ts'],
    needs: 'codegen.ts',
  },
  { title: { zh: '类型检查', en: 'types' }, command: 'tsc', args: ['--noEmit', '-p', 'tsconfig.json'] },
  { title: { zh: '格式与静态检查', en: 'format and lint' }, command: 'biome', args: ['check', '.'] },
  {
    title: { zh: '图模式说明检查', en: 'GraphQL descriptions' },
    command: 'eslint',
    args: ['subgraphs/*/schema.graphql', 'subgraphs/*/schema/*.graphql'],
    needs: 'eslint.config.js',
  },
  {
    title: { zh: '超图组合检查', en: 'composition' },
    command: 'node',
    args: ['gateway/src/compose-command.ts', '--check'],
    needs: 'gateway/src/compose-command.ts',
  },
  {
    title: { zh: '规则检查', en: 'rules' },
    command: 'node',
    args: ['packages/hub/src/commands/check-rules.ts'],
    needs: 'packages/hub/src/commands/check-rules.ts',
  },
];

/** The steps that this repository has. */
export function presentSteps(root: string): readonly TestStep[] {
  return CHECKS.filter(({ needs }) => needs === undefined || existsSync(join(root, needs)));
}
