import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Mapping } from './mapping.ts';

/** The closing account of a file. `taken + setAside + refused + identical = rows`. */
export interface FileAccount {
  readonly batchId: string;
  readonly account: {
    readonly rows: number;
    readonly taken: number;
    readonly setAside: number;
    readonly refused: number;
    readonly identical: number;
    readonly chunks: number;
    readonly repeatedChunks: number;
  };
  readonly refused: readonly {
    readonly guid: string;
    readonly code: string;
    readonly reason: { zh: string; en: string };
    readonly remedy: { zh: string; en: string };
  }[];
}

/** What a file is sent with. */
export interface FilePush {
  /** Address of the hub, for example `http://127.0.0.1:4000`. */
  readonly hub: string;
  readonly token: string;
  /** Subgraph that takes the rows in; `work-items` when absent. */
  readonly to?: string;
  readonly file: string;
  /** Label of the batch; the file's name when absent. The same file under the same label resumes where it was cut. */
  readonly batch?: string;
  readonly source?: string;
  /** An operator's import whose rows carry `received_at`. */
  readonly history?: boolean;
  /** Turns the lines of a foreign log into rows. */
  readonly mapping?: Mapping;
  /** Bytes of the file read so far, and its size. */
  readonly onProgress?: (done: number, size: number) => void;
}

/**
 * Sends a file of rows (NDJSON or CSV, also gzipped) to a hub as one stream and gives the closing account.
 * @throws {Error} what the hub says when it refuses the whole file, in both languages.
 */
export async function pushFile(push: FilePush): Promise<FileAccount> {
  const { size } = await stat(push.file);
  const file = createReadStream(push.file);
  let done = 0;
  file.on('data', (part) => push.onProgress?.((done += part.length), size));
  const name = basename(push.file);
  const isGzip = name.endsWith('.gz');
  const isCsv = /\.csv(\.gz)?$/.test(name);
  const mapped = push.mapping !== undefined;
  const body = mapped
    ? Readable.from(mappedLines(isGzip ? file.pipe(createGunzip()) : file, name, push.mapping!))
    : file;
  const query = new URLSearchParams({ batch: push.batch ?? name.slice(0, 64) });
  if (push.source !== undefined) query.set('source', push.source);
  if (push.history === true) query.set('history', '1');
  const response = await fetch(`${push.hub}/${push.to ?? 'work-items'}/rows?${query}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${push.token}`,
      'content-type': isCsv ? 'text/csv' : 'application/x-ndjson',
      ...(isGzip && !mapped ? { 'content-encoding': 'gzip' } : {}),
    },
    body: Readable.toWeb(body) as unknown as ReadableStream,
    duplex: 'half',
  } as RequestInit);
  const answer = (await response.json()) as FileAccount & { code?: string; message?: { zh: string; en: string } };
  if (response.ok) return answer;
  throw new Error(`${answer.message?.zh ?? '接收失败'} ${answer.message?.en ?? `the hub answered ${response.status}`}`);
}

/** The lines of a foreign log as NDJSON of rows. @throws {Error} when the mapping does not know the file's name. */
export async function* mappedLines(
  stream: NodeJS.ReadableStream,
  name: string,
  mapping: Mapping,
): AsyncGenerator<string> {
  const kind = mapping.kindOf(name);
  if (kind === null)
    throw new Error(
      `映射 ${mapping.id} 不认识文件“${name}” The mapping ${mapping.id} does not know the file "${name}".`,
    );
  let text = '';
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    if (line.trim() === '') continue;
    for (const row of mapping.rowsOf(kind, JSON.parse(line) as Record<string, unknown>))
      text += `${JSON.stringify(row)}\n`;
    if (text.length < 65_536) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}
