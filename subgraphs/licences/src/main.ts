import { serveSubgraph } from '@gnomon/subgraph-kit';
import { subgraph } from './subgraph.ts';

await serveSubgraph(subgraph);
