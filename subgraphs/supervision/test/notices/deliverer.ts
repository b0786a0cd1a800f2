/** A process that delivers notices until it is killed: `node deliverer.ts DATABASE_URL ORIGIN MILLISECONDS_AHEAD`. */
import { openDatabase, openFeed } from '@gnomon/store';
import type { Ports } from '@gnomon/subgraph-kit';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { openChannels } from '../../src/notices/channels/open-channels.ts';
import { noticeParts, openSecrets } from '../../src/notices/parts.ts';

const [url = '', origin = '', ahead = '0'] = process.argv.slice(2);
const log = pino({ level: 'silent' });
const now = () => Date.now() + Number(ahead);
const database = await openDatabase({ url, schema: 'supervision', applicationName: 'deliverer', max: 4, log });
const ports = { database, feed: openFeed(database), time: { now }, log, metrics: new Registry() } as unknown as Ports;
const channels = openChannels({ GNOMON_WEBHOOK_ORIGINS: origin }, now);
const parts = noticeParts(ports, channels, await openSecrets(ports));
const { signal } = new AbortController();
await Promise.all(parts.map((part) => part.run(signal, () => {})));
