import { may, type Viewer } from '@gnomon/identity';
import { batchIdOf, openBatch, type RawInput } from '@gnomon/records';
import { type ChunkResult, type IntakePorts, STREAM, takeChunk } from './take-chunk.ts';

/** Rows that one GraphQL request may carry. */
export const MAX_PUSHED_ROWS = 5_000;
const LABEL = /^[\p{L}\p{N}._\- ]{1,64}$/u;

/** Why a push was not carried out. */
export interface PushProblem {
  readonly problem: 'SourceNotAllowed' | 'PushTooLarge';
  readonly zh: string;
  readonly en: string;
}

/** Takes rows in the name of an account. */
export interface Intake {
  /**
   * The source in whose name the account may push: named, or its only one. `null` in `source` is an operator's history
   * import, in which each row names its own.
   */
  sourceFor(
    viewer: Viewer,
    named: string | null,
  ): { readonly source: string | null; readonly replay: boolean } | PushProblem;
  /** Opens a batch whose chunks are going to be taken side by side; otherwise each of them waits for the first to commit. */
  open(batch: { readonly source: string | null; readonly replay: boolean; readonly label: string }): Promise<void>;
  /** Takes one chunk; the registry's newest limits are in place before it is judged. */
  take(input: {
    readonly source: string | null;
    readonly replay: boolean;
    readonly label: string;
    readonly chunk: number | null;
    readonly rows: readonly RawInput[];
    /** Instant of arrival of rows that name none, and of a chunk without rows; the present when not given. */
    readonly at?: number;
  }): Promise<ChunkResult & { readonly batchId: string }>;
}

export function createIntake(ports: IntakePorts, now: () => number): Intake {
  let fresh = 0;
  return {
    sourceFor(viewer, named) {
      if (may(viewer, 'IMPORT_HISTORY')) return { source: named, replay: true };
      const source = named ?? (viewer.sources.length === 1 ? viewer.sources[0]! : null);
      if (source !== null && viewer.sources.includes(source)) return { source, replay: false };
      return {
        problem: 'SourceNotAllowed',
        zh: `账户 ${viewer.id} 不能以数源“${named ?? ''}”推送；可用数源：${viewer.sources.join('、') || '无'}。请在 source 中写明其中之一。`,
        en: `The account ${viewer.id} may not push for the source "${named ?? ''}"; it may for: ${viewer.sources.join(', ') || 'none'}. Name one of them in \`source\`.`,
      };
    },
    async open({ source, replay, label }) {
      await ports.reference.catchUp();
      await ports.database.transaction((tx) =>
        openBatch(tx, STREAM, ports.reference, { batch: label, source, receivedAt: now(), replay }),
      );
    },
    async take({ source, replay, label, chunk, rows, at = now() }) {
      await ports.reference.catchUp();
      // Parts without an ordinal are new each time; these count down from below zero, so that they meet no numbered chunk.
      const ordinal = chunk ?? -1 - ((Date.now() * 512 + (fresh = (fresh + 1) % 512)) % 2_147_483_000);
      const result = await takeChunk(ports, { batch: label, chunk: ordinal, source, receivedAt: at, replay, rows });
      return { ...result, batchId: batchIdOf(source, label) };
    },
  };
}

/** A batch label that can stand in ids and logs; anything else is replaced by a day's own. */
export function labelOf(given: string | null | undefined): string | null {
  return given !== null && given !== undefined && LABEL.test(given) ? given : null;
}
