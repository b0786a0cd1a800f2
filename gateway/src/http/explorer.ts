import { readFileSync } from 'node:fs';

const PAGE = new URL('./explorer.html', import.meta.url);
let page: string | undefined;

/** The explorer page: one file, nothing from elsewhere, so that it works without a network. */
export function explorerPage(): string {
  page ??= readFileSync(PAGE, 'utf8');
  return page;
}
