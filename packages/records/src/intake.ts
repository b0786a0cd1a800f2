import { may, type Viewer } from '@gnomon/identity';
import type { Database } from '@gnomon/store';
import type { RawInput } from './raw-input.ts';
import type { ReferenceCopy } from './reference-copy.ts';
import { batchIdOf, type ChunkAccount, openBatch } from './store/batches.ts';
import type { RefusedRow } from './store/refused-rows.ts';

/** Rows that one GraphQL request may carry. */
export const MAX_PUSHED_ROWS = 5_000;
const LABEL = /^[\p{L}\p{N}._\- ]{1,64}$/u;

/** Why a push was not carried out. */
export interface PushProblem {
  readonly problem: 'SourceNotAllowed' | 'PushTooLarge';
  readonly zh: string;
  readonly en: string;
}

/** Whose rows come, under which label. */
export interface BatchInput {
  readonly source: string | null;
  readonly replay: boolean;
  readonly label: string;
}
/** A chunk's account with the batch it belongs to. */
export interface Taken extends ChunkAccount {
  readonly batchId: string;
  readonly repeated: boolean;
  readonly refusedRows: readonly RefusedRow[];
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
  /** Opens a batch, at `from` for a history import that is to hold the timers at an instant from the beginning. */
  open(batch: BatchInput & { readonly from?: number }): Promise<string>;
  /** Takes one chunk; the registry's newest limits are in place before it is judged. */
  take(input: BatchInput & { readonly chunk: number | null; readonly rows: readonly RawInput[] }): Promise<Taken>;
}

/** What the intake of a domain stands on. */
export interface IntakeParts {
  /** Name of the domain and of its stream. */
  readonly name: string;
  readonly database: Database;
  readonly reference: ReferenceCopy;
  /** Takes a chunk in one transaction, with everything that follows from it. */
  takeChunk(chunk: {
    readonly batch: string;
    readonly chunk: number;
    readonly source: string | null;
    readonly receivedAt: number;
    readonly replay: boolean;
    readonly rows: readonly RawInput[];
  }): Promise<Omit<Taken, 'batchId'>>;
}

/** The intake of a domain. `now` gives the instant of arrival of rows that name none. */
export function createIntake({ name, database, reference, takeChunk }: IntakeParts, now: () => number): Intake {
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
    async open({ source, replay, label, from }) {
      await reference.catchUp();
      await database.transaction((tx) =>
        openBatch(tx, name, reference, {
          ...{ batch: label, source, receivedAt: now(), replay },
          ...(from === undefined ? {} : { from }),
        }),
      );
      return batchIdOf(source, label);
    },
    async take({ source, replay, label, chunk, rows }) {
      await reference.catchUp();
      // Parts without an ordinal are new each time; these count down from below zero, so that they meet no numbered chunk.
      const ordinal = chunk ?? -1 - ((Date.now() * 512 + (fresh = (fresh + 1) % 512)) % 2_147_483_000);
      const result = await takeChunk({ batch: label, chunk: ordinal, source, receivedAt: now(), replay, rows });
      return { ...result, batchId: batchIdOf(source, label) };
    },
  };
}

/** A batch label that can stand in ids and logs; anything else is replaced by a day's own. */
export function labelOf(given: string | null | undefined): string | null {
  return given !== null && given !== undefined && LABEL.test(given) ? given : null;
}
