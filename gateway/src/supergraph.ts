import { readFile } from 'node:fs/promises';

/** The composed graph, committed beside this folder; a test and `compose --check` fail when it is stale. */
export const SUPERGRAPH_FILE: URL = new URL('../supergraph.graphql', import.meta.url);

/** The text of the composed graph. Nothing is composed at the start of a process: the composer costs 60 MB of memory. */
export function readSupergraph(): Promise<string> {
  return readFile(SUPERGRAPH_FILE, 'utf8');
}
