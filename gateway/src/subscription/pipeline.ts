import { LeastRecentMap } from '../least-recent.ts';
import type { SubgraphAnswer } from '../types.ts';
import { type Ending, lagged, lossOf, refusalOf, schemaChanged } from './endings.ts';
import type { Frame } from './frame.ts';
import { FrameRing } from './frame-ring.ts';
import { OrderedCompletion } from './ordered-completion.ts';

/** Where the events come from and how they are finished, under one supergraph. */
export interface PipelineSource {
  /** Equal for sources whose primary fetch is the same: a reload then keeps the upstream. */
  readonly primaryKey: string;
  /** Whether `open` understands a cursor. */
  readonly isResumable: boolean;
  /** Opens upstream after the cursor, or at the live end for `null`. An answer that is no stream is a refusal. */
  open(after: string | null, signal: AbortSignal): Promise<AsyncIterable<SubgraphAnswer> | SubgraphAnswer>;
  /** Finishes an event; never rejects. */
  complete(event: SubgraphAnswer): Promise<Frame>;
}

/** The far end of one subscription, as the pipeline sees it. */
export interface FrameSink {
  /** False while the socket's buffer is full; `Reader.resume` is called when it has drained. */
  readonly isReady: boolean;
  write(frame: Frame): void;
  end(ending: Ending): void;
}

/** One subscription: a position in the ring, or a replay on the way to it. */
export interface Reader {
  /** Call when the sink is ready again. */
  resume(): void;
  leave(): void;
  readonly cursor: string | null;
}
interface ReaderState extends Reader {
  readonly sink: FrameSink;
  /** Next ring position to write; `null` while replaying. */
  position: number | null;
  cursor: string | null;
  replay: AbortController | null;
  wake: (() => void) | null;
  hasLeft: boolean;
}

export interface PipelineOptions {
  readonly ringFrames: number;
  readonly completionsAtOnce: number;
  /** Waits before the nth reopening of an upstream; tests make it short. */
  backoff(failures: number): Promise<void>;
  onFrame(road: 'live' | 'replay'): void;
  /** An upstream failed; it is tried again unless the subgraph refused. */
  onLoss(cause: unknown): void;
  onEmpty(): void;
}
const MAX_FAILURES = 12;
const SHARED_REPLAY_FRAMES = 128;

/**
 * One operation for one class of viewers: one upstream, completions in order, a ring of finished frames, and its readers.
 *
 *   join without cursor ───────────────► at the ring's head ──► writes while ready ──► left behind: LAGGED
 *   join with a cursor in the ring ────► after that frame  ─┘        ▲
 *   join with an older cursor ──► replay in bounded windows ─────────┘ (position taken with no await after the test)
 */
export class Pipeline {
  readonly #ring: FrameRing;
  readonly #options: PipelineOptions;
  readonly #readers = new Set<ReaderState>();
  readonly #replaying = new Set<ReaderState>();
  readonly #completion: OrderedCompletion<Frame>;
  readonly #replayed = new LeastRecentMap<string, Promise<Frame>>(SHARED_REPLAY_FRAMES);
  #source: PipelineSource;
  #upstream: AbortController | null = null;
  /** Cursor of the newest event taken from upstream. */
  #taken: string | null = null;
  #isClosed = false;
  #isFlushDue = false;
  #flushedTo = 0;

  constructor(source: PipelineSource, options: PipelineOptions) {
    this.#source = source;
    this.#options = options;
    this.#ring = new FrameRing(options.ringFrames);
    this.#completion = new OrderedCompletion(options.completionsAtOnce, (frame) => this.#append(frame));
    void this.#run();
  }

  get readerCount(): number {
    return this.#readers.size;
  }
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Adds a subscription, live or after a cursor. */
  join(sink: FrameSink, after: string | null): Reader {
    const reader: ReaderState = {
      sink,
      position: null,
      cursor: after,
      replay: null,
      wake: null,
      hasLeft: false,
      resume: () => {
        reader.wake?.();
        this.#flush(reader);
      },
      leave: () => this.#leave(reader),
    };
    this.#readers.add(reader);
    if (after === null) reader.position = this.#ring.head;
    else if (this.#takePosition(reader)) this.#flush(reader);
    else void this.#replay(reader);
    return reader;
  }

  /** A reload: keeps the upstream when its primary fetch is unchanged, else reopens it from the cursor. */
  replan(source: PipelineSource): void {
    const isSame = source.primaryKey === this.#source.primaryKey;
    this.#source = source;
    this.#replayed.clear();
    if (isSame) return;
    if (this.#taken === null) this.#endLive([schemaChanged('its events come from elsewhere now')]);
    if (this.#isClosed) return;
    this.#upstream?.abort();
    for (const reader of [...this.#replaying]) {
      reader.replay?.abort();
      void this.#replay(reader);
    }
  }

  /** Ends every subscription and the upstream. */
  close(ending: Ending): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#flushAll();
    this.#upstream?.abort();
    for (const reader of [...this.#readers]) this.#end(reader, ending);
    this.#options.onEmpty();
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#isClosed) {
      const upstream = new AbortController();
      this.#upstream = upstream;
      try {
        const ending = await this.#follow(this.#source, upstream.signal, () => {
          failures = 0;
        });
        if (upstream.signal.aborted) continue;
        await this.#completion.settled();
        this.close(ending);
        return;
      } catch (cause) {
        if (upstream.signal.aborted) continue;
        this.#options.onLoss(cause);
        await this.#completion.settled();
        const isOver = refusalOf(cause) !== null || ++failures > MAX_FAILURES;
        if (isOver) this.close([lossOf(cause, this.#taken)]);
        else if (this.#taken === null) this.#endLive([lossOf(cause, null)]);
        if (this.#isClosed) return;
        await this.#options.backoff(failures);
      }
    }
  }

  /** Takes events until the stream ends; gives the reason. @throws when the upstream is lost. */
  async #follow(source: PipelineSource, signal: AbortSignal, onEvent: () => void): Promise<Ending> {
    const events = await source.open(source.isResumable ? this.#taken : null, signal);
    if (!isStream(events)) return events.errors ?? [];
    for await (const event of events) {
      if (signal.aborted) break;
      onEvent();
      const cursor = cursorOf(event);
      if (cursor !== null && cursor === this.#taken) continue;
      this.#taken = cursor ?? this.#taken;
      await this.#completion.add(this.#complete(source, event));
    }
    return null;
  }

  /** A kept upstream's events are finished by the newest plan. */
  #complete(source: PipelineSource, event: SubgraphAnswer): Promise<Frame> {
    return (source.primaryKey === this.#source.primaryKey ? this.#source : source).complete(event);
  }

  #append(frame: Frame): void {
    if (this.#isClosed) return;
    this.#ring.append(frame);
    this.#options.onFrame('live');
    if (frame.cursor !== null && this.#replaying.size > 0) {
      for (const reader of [...this.#replaying]) if (reader.cursor === frame.cursor) this.#takePosition(reader);
    }
    // A burst within one turn must not overtake readers that are ready: it is flushed before it fills the ring.
    if (this.#ring.head - this.#flushedTo >= this.#ring.capacity >> 1) this.#flushAll();
    else if (!this.#isFlushDue) {
      this.#isFlushDue = true;
      setImmediate(() => this.#flushAll());
    }
  }

  #flushAll(): void {
    this.#isFlushDue = false;
    this.#flushedTo = this.#ring.head;
    for (const reader of this.#readers) this.#flush(reader);
  }

  #flush(reader: ReaderState): void {
    const { sink } = reader;
    while (reader.position !== null && reader.position < this.#ring.head && !reader.hasLeft) {
      if (!sink.isReady) return;
      const frame = this.#ring.at(reader.position);
      if (!frame) {
        this.#end(reader, [lagged(reader.cursor)]);
        return;
      }
      reader.position++;
      reader.cursor = frame.cursor ?? reader.cursor;
      sink.write(frame);
    }
  }

  /** Tests for the reader's cursor in the ring and takes the place after it: one step, with no await in between. */
  #takePosition(reader: ReaderState): boolean {
    const place = reader.cursor === null ? undefined : this.#ring.placeOf(reader.cursor);
    if (place === undefined) return false;
    reader.position = place + 1;
    this.#replaying.delete(reader);
    reader.replay?.abort();
    reader.replay = null;
    return true;
  }

  async #replay(reader: ReaderState): Promise<void> {
    for (let failures = 0; ; ) {
      const replay = new AbortController();
      reader.replay = replay;
      this.#replaying.add(reader);
      try {
        const ending = await this.#replayOnce(reader, this.#source, replay.signal, () => {
          failures = 0;
        });
        if (!replay.signal.aborted) this.#end(reader, ending);
        return;
      } catch (cause) {
        if (replay.signal.aborted) return;
        this.#options.onLoss(cause);
        if (refusalOf(cause) !== null || ++failures > MAX_FAILURES) {
          this.#end(reader, [lossOf(cause, reader.cursor)]);
          return;
        }
        await this.#options.backoff(failures);
        if (replay.signal.aborted) return;
      }
    }
  }

  async #replayOnce(
    reader: ReaderState,
    source: PipelineSource,
    signal: AbortSignal,
    onEvent: () => void,
  ): Promise<Ending> {
    const events = await source.open(reader.cursor, signal);
    if (!isStream(events)) return events.errors ?? [];
    const window = new OrderedCompletion<Frame>(this.#options.completionsAtOnce, async (frame) => {
      while (!reader.sink.isReady && !signal.aborted) await woken(reader, signal);
      if (signal.aborted) return;
      reader.sink.write(frame);
      this.#options.onFrame('replay');
      reader.cursor = frame.cursor ?? reader.cursor;
      if (this.#takePosition(reader)) this.#flush(reader);
    });
    try {
      for await (const event of events) {
        if (signal.aborted) break;
        onEvent();
        await window.add(this.#completeShared(source, event));
      }
    } finally {
      // Also when the stream broke: what is under way counts, or the next attempt would deliver it again.
      await window.settled();
    }
    return null;
  }

  /** Readers that catch up over the same events share their completion. */
  #completeShared(source: PipelineSource, event: SubgraphAnswer): Promise<Frame> {
    const cursor = cursorOf(event);
    if (cursor === null) return this.#complete(source, event);
    const key = `${source.primaryKey}\n${cursor}`;
    const known = this.#replayed.get(key);
    if (known) return known;
    const fresh = this.#complete(source, event);
    this.#replayed.set(key, fresh);
    return fresh;
  }

  /** Ends those who follow a stream of which no event came: they have no cursor to go on from. Replays go on by their own. */
  #endLive(ending: Ending): void {
    for (const reader of [...this.#readers]) if (reader.position !== null) this.#end(reader, ending);
  }

  #end(reader: ReaderState, ending: Ending): void {
    if (reader.hasLeft) return;
    this.#leave(reader);
    reader.sink.end(ending);
  }

  #leave(reader: ReaderState): void {
    if (reader.hasLeft) return;
    reader.hasLeft = true;
    this.#readers.delete(reader);
    this.#replaying.delete(reader);
    reader.replay?.abort();
    reader.wake?.();
    if (this.#readers.size === 0) this.close(null);
  }
}

/** The opaque cursor that a subgraph put on an event. */
export function cursorOf(event: SubgraphAnswer): string | null {
  const cursor = event.extensions?.cursor;
  return typeof cursor === 'string' ? cursor : null;
}

function isStream(events: AsyncIterable<SubgraphAnswer> | SubgraphAnswer): events is AsyncIterable<SubgraphAnswer> {
  return Symbol.asyncIterator in events;
}

function woken(reader: ReaderState, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    reader.wake = () => {
      reader.wake = null;
      signal.removeEventListener('abort', done);
      resolve();
    };
    const done = () => reader.wake?.();
    signal.addEventListener('abort', done, { once: true });
  });
}
