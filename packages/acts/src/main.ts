import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { type LogLine, readLine } from './lines.ts';
import { LogReading, type LogVerification, type PublicKey } from './verify.ts';

const USAGE = `用法：verify:log 日志.ndjson [留存文件…] [--heads 文件夹] --key 公钥.json          留存文件中只取日志头（head）
      verify:log --database 地址 [留存文件…] [--heads 文件夹] --key 公钥.json     直接读库，并核对每张牌的历史
usage: verify:log LOG.ndjson [KEPT…] [--heads FOLDER] --key PUBLIC-KEY.json         of kept files only the heads count
       verify:log --database URL [KEPT…] [--heads FOLDER] --key PUBLIC-KEY.json     reads the database and compares the history of each card with the log`;
/** Findings shown before the rest is only counted. */
const MOST_SHOWN = 50;

/** Exit code 0: whole; 1: something was found; 2: nothing could be verified. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      key: { type: 'string', multiple: true },
      database: { type: 'string' },
      heads: { type: 'string', multiple: true },
    },
  });
  const keys = (values.key ?? []).map(readKey);
  if (keys.length === 0 || (positionals.length === 0 && values.database === undefined)) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const reading = new LogReading();
  let number = 0;
  const take = (line: LogLine) => reading.take(line, (number += 1));
  // The log is the database, or the first file; of the others only heads count, which somebody kept.
  const takeFile = async (path: string, isLog: boolean) => {
    for await (const text of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
      const line = text.trim() === '' ? null : readLine(text);
      if (line !== null && (line.kind === 'HEAD' || isLog)) take(line);
    }
  };
  for (const [index, path] of positionals.entries()) await takeFile(path, index === 0 && values.database === undefined);
  for (const path of (values.heads ?? []).flatMap(keptFiles)) await takeFile(path, false);
  if (values.database === undefined) return report(reading.finish(keys), []);
  const { readDatabase } = await import('./read-database.ts');
  const differing = await readDatabase(values.database, take);
  return report(reading.finish(keys), differing);
}

/** Files of a folder in which heads were kept. */
function keptFiles(folder: string): readonly string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.ndjson'));
  if (names.length > 0) return names.sort().map((name) => join(folder, name));
  throw new Error(
    `“${folder}”中没有留存的日志头（*.ndjson） / "${folder}": kept heads (*.ndjson) were expected, none found`,
  );
}

function readKey(path: string): PublicKey {
  const key = JSON.parse(readFileSync(path, 'utf8')) as PublicKey;
  if (key.kty === 'OKP' && key.crv === 'Ed25519' && key.d === undefined) return key;
  throw new Error(
    `“${path}”不是 Ed25519 公钥（JWK） / "${path}": the public part of an Ed25519 key was expected (log-key.public.json)`,
  );
}

function report(result: LogVerification, more: readonly { readonly zh: string; readonly en: string }[]): number {
  const findings = [...result.findings.map(({ code, zh, en }) => ({ zh: `${code} ${zh}`, en })), ...more];
  for (const { zh, en } of findings.slice(0, MOST_SHOWN)) process.stdout.write(`✗ ${zh} / ${en}\n`);
  if (findings.length > MOST_SHOWN)
    process.stdout.write(`… 另有 ${findings.length - MOST_SHOWN} 处 / and ${findings.length - MOST_SHOWN} more\n`);
  const { entries, heads, lastHash } = result;
  process.stdout.write(
    `${findings.length === 0 ? '完整 whole' : `发现 ${findings.length} 处问题 ${findings.length} finding(s)`}: ` +
      `${entries} 条 entries, ${heads} 个日志头 heads, ${lastHash}\n`,
  );
  if (entries + heads === 0) return 2;
  return findings.length === 0 ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);
