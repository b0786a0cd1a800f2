import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ExpectedReading, readExpected } from './expected.ts';

/** The name of the record in the folder of rules. */
export const EXPECTED_FILE = 'expected.yaml';

/** The record of a folder of rules; read again when the file has changed. */
export function openExpected(folder: string): () => ExpectedReading {
  const path = join(folder, EXPECTED_FILE);
  let known: { readonly stamp: string; readonly reading: ExpectedReading } | null = null;
  return () => {
    try {
      const { mtimeMs, size } = statSync(path);
      const stamp = `${mtimeMs} ${size}`;
      if (known?.stamp !== stamp) known = { stamp, reading: readExpected(readFileSync(path, 'utf8')) };
      return known.reading;
    } catch (cause) {
      return { problem: cause instanceof Error ? cause.message : String(cause) };
    }
  };
}
