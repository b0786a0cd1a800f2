import { parseArgs } from 'node:util';
import { openIssuer } from '@gnomon/identity';
import { type FileAccount, pushFile } from '@gnomon/records/intake-client';
import { type Mapping, readMapping } from '@gnomon/records/mapping';
import { readEnvironment } from '@gnomon/subgraph-kit';
import { Presets, SingleBar } from 'cli-progress';
import { demoViewers } from '../demo-world.ts';
import { publishReference } from '../publish-world.ts';

const USAGE = `用法 Usage: pnpm intake 文件 FILE… [选项 options]
  --to NAME        哪个领域接收 the subgraph that takes the rows in (default work-items)
  --mapping NAME   外部日志的映射 mapping of a foreign log (bpic15)
  --source ID      以哪个数源推送 the source in whose name the rows come (default 115; with a mapping each row names its own)
  --batch LABEL    批次号，缺省为文件名；同名重发会接着上次 the batch's label, by default the file's name; the same one resumes
  --hub URL        平台地址 address of the hub (default http://127.0.0.1:PORT)
  --token TOKEN    令牌 a token; by default one of the demonstration account
  --history        行内带 received_at，按历史补录 rows carry received_at and are judged as history (operator)`;
const TOKEN_SECONDS = 24 * 3600;
const SHOWN_REFUSALS = 20;

/** `pnpm intake FILE…`: sends files to the running hub, shows how far it is, closes with the account of every row. */
async function main(): Promise<number> {
  const { values, positionals: files } = parseArgs({
    allowPositionals: true,
    options: {
      to: { type: 'string', default: 'work-items' },
      mapping: { type: 'string' },
      source: { type: 'string' },
      batch: { type: 'string' },
      hub: { type: 'string' },
      token: { type: 'string' },
      history: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (files.length === 0 || values.help) {
    process.stdout.write(`${USAGE}\n`);
    return values.help ? 0 : 2;
  }
  const settings = readEnvironment(process.env, 4000);
  const hub = values.hub ?? `http://127.0.0.1:${settings.port}`;
  await assertReachable(hub);
  const mapping = values.mapping === undefined ? undefined : readMapping(mappingFile(values.to, values.mapping));
  const asOperator = mapping !== undefined || values.history;
  const token =
    values.token ??
    (await demoToken(settings.identityFolder, asOperator ? 'operator' : `source-${values.source ?? '115'}`));
  if (mapping !== undefined) await publishReference(hub, token, mapping.reference);
  let refused = 0;
  for (const file of files) {
    const account = await sendFile({
      hub,
      token,
      to: values.to,
      file,
      history: asOperator && values.history,
      mapping,
      source: values.source,
      batch: values.batch,
    });
    refused += account.account.refused;
    printAccount(file, account);
  }
  return refused === 0 ? 0 : 1;
}

/** A mapping that comes with a subgraph, by name. @throws {Error} when it cannot be a name. */
function mappingFile(subgraph: string, name: string): URL {
  if (!/^[a-z0-9-]{1,40}$/.test(name) || !/^[a-z-]{1,40}$/.test(subgraph))
    throw new Error(`映射名“${name}”无效 The mapping name "${name}" is not valid; use for example bpic15.`);
  return new URL(`../../../../subgraphs/${subgraph}/data/mappings/${name}.yaml`, import.meta.url);
}

async function sendFile(send: {
  hub: string;
  token: string;
  to: string;
  file: string;
  history: boolean;
  mapping: Mapping | undefined;
  source: string | undefined;
  batch: string | undefined;
}): Promise<FileAccount> {
  const bar = new SingleBar(
    {
      format: `${send.file} {bar} {percentage}% | {value}/{total} B | {eta_formatted}`,
      hideCursor: true,
      stream: process.stderr,
      noTTYOutput: false,
    },
    Presets.shades_classic,
  );
  let started = false;
  try {
    return await pushFile({
      hub: send.hub,
      to: send.to,
      token: send.token,
      file: send.file,
      history: send.history,
      ...(send.mapping === undefined ? {} : { mapping: send.mapping }),
      ...(send.source === undefined ? {} : { source: send.source }),
      ...(send.batch === undefined ? {} : { batch: send.batch }),
      onProgress: (done, size) => {
        if (!started) bar.start(size, 0);
        started = true;
        bar.update(done);
      },
    });
  } finally {
    if (started) bar.stop();
  }
}

function printAccount(file: string, { account, refused, batchId }: FileAccount): void {
  process.stdout.write(
    `${file}\n  批次 batch ${batchId}\n  行数 rows ${account.rows} = 采纳 taken ${account.taken} + 暂存 set aside ${account.setAside} + 拒收 refused ${account.refused} + 相同 identical ${account.identical}` +
      `${account.repeatedChunks > 0 ? `（其中 ${account.repeatedChunks} 块此前已收 chunks that were in already）` : ''}\n`,
  );
  for (const one of refused.slice(0, SHOWN_REFUSALS))
    process.stdout.write(
      `  拒收 refused ${one.guid} ${one.code}: ${one.reason.zh} ${one.reason.en} → ${one.remedy.zh} ${one.remedy.en}\n`,
    );
  if (refused.length > SHOWN_REFUSALS)
    process.stdout.write(
      `  … 另有 and ${account.refused - SHOWN_REFUSALS} more; query refusedRows(batch: "${batchId}")\n`,
    );
}

async function demoToken(folder: string, account: string): Promise<string> {
  const { expiresAt: _never, ...viewer } = demoViewers()(account);
  return (await openIssuer(folder)).issueToken(viewer, { ttlSeconds: TOKEN_SECONDS });
}

async function assertReachable(hub: string): Promise<void> {
  try {
    await fetch(`${hub}/health`);
  } catch (cause) {
    throw new Error(
      `平台 ${hub} 没有应答；请先运行 pnpm start，或用 --hub 指明地址 The hub ${hub} does not answer; run pnpm start first, or name its address with --hub`,
      { cause },
    );
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
