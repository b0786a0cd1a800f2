import { serveSubgraph } from '@gnomon/subgraph-kit';
import { createSupervision, subgraph } from './subgraph.ts';

const streams = process.env.GNOMON_DOMAINS?.split(',').map((name) => name.trim());
await serveSubgraph(streams === undefined ? subgraph : createSupervision(streams));
