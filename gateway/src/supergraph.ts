import { readFile } from 'node:fs/promises';

/** The composed graph, committed beside this folder; a test and `compose --check` fail when it is stale. */
export const SUPERGRAPH_FILE: URL = new URL('../supergraph.graphql', import.meta.url);

/** The text of the composed graph. Nothing is composed at the start of a process: the composer costs 60 MB of memory. */
export function readSupergraph(): Promise<string> {
  return readFile(SUPERGRAPH_FILE, 'utf8');
}

/** The subgraphs that a composed graph names, and where each is unless somebody says otherwise. */
export function subgraphsOf(supergraphSdl: string): readonly { readonly name: string; readonly url: string }[] {
  const graphs = supergraphSdl.matchAll(/@join__graph\(name: "([^"]+)", url: "([^"]+)"\)/g);
  return [...graphs].map(([, name = '', url = '']) => ({ name, url }));
}
