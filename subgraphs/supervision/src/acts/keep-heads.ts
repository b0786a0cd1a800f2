import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type SignedHead, writeHead } from '@gnomon/acts';
import { type BackgroundPart, both, createRounds, type Finding, finding, type Ports } from '@gnomon/subgraph-kit';
import { newestHead } from '../store/acts.ts';

/** How often it is looked whether there is a newer head to keep: what is cut off the log within it, heads and all, nobody finds. */
const KEEP_MS = 60_000;
/** A newer head that has waited for so long is an alarm. */
const LATE_MS = 10 * 60_000;
const ANSWER_MS = 10_000;

/** The part that keeps signed heads of the log elsewhere, and what it finds of itself. */
export interface HeadKeeping {
  readonly part: BackgroundPart;
  findings(): Promise<readonly Finding[]>;
}

/**
 * Keeps the newest signed head of the log outside of the database, so that a log that is cut off together with its heads is found out:
 * in a folder, one file a day, or at an address that takes each head as a line of NDJSON. A head that is kept twice does no harm.
 */
export function keepHeads(ports: Pick<Ports, 'database' | 'log' | 'time'>, target: string): HeadKeeping {
  const keep = /^https?:/.test(target) ? sendTo(target) : writeTo(target);
  let kept = 0;
  async function settle(): Promise<boolean> {
    const head = await ports.database.transaction((tx) => newestHead(tx));
    if (head === null || head.number === kept) return false;
    try {
      await keep(head, ports.time.now());
      kept = head.number;
    } catch (err) {
      ports.log.warn(
        { err, head: head.number },
        'the newest head of the log was not kept elsewhere; it is tried again',
      );
    }
    return false;
  }
  return {
    part: createRounds(HEADS_PART, KEEP_MS, settle),
    async findings() {
      const head = await ports.database.transaction((tx) => newestHead(tx));
      return head === null || head.number === kept ? [] : [late(kept)];
    },
  };
}

/** The name of the background part by which heads are kept. */
const HEADS_PART = 'log heads';

function late(kept: number): Finding {
  const minutes = LATE_MS / 60_000;
  return finding('LOG_HEADS_STAND', 'log', {
    // As long as the newest one that is kept is the same, none has been kept.
    key: `LOG_HEADS_STAND ${kept}`,
    forMs: LATE_MS,
    what: both(
      `日志头 ${minutes} 分钟没有留存到库外，其间的日志连同日志头一并被截去将无从发现`,
      `no head of the log was kept outside of the database for ${minutes} minutes; an end cut off with its heads would go unnoticed`,
    ),
    expected: both(`${minutes} 分钟内留存`, `kept within ${minutes} minutes`),
    remedy: both(
      '请核对 GNOMON_LOG_HEADS 指定的文件夹或地址是否可写，原因见日志',
      'see whether the folder or address in GNOMON_LOG_HEADS can be written to; the log says why not',
    ),
  });
}

type Keep = (head: SignedHead, now: number) => Promise<void>;

function writeTo(folder: string): Keep {
  return async (head, now) => {
    await mkdir(folder, { recursive: true });
    await appendFile(join(folder, `heads-${new Date(now).toISOString().slice(0, 10)}.ndjson`), writeHead(head));
  };
}

function sendTo(address: string): Keep {
  return async (head) => {
    const response = await fetch(address, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS),
      headers: { 'content-type': 'application/x-ndjson' },
      body: writeHead(head),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`${new URL(address).origin} answered ${response.status}`);
  };
}
