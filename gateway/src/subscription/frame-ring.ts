import type { Frame } from './frame.ts';

/** At most so many bytes are kept, however few frames they are. */
const MAX_BYTES = 32 * 1024 * 1024;

/** The newest finished frames of a pipeline, by position (0, 1, 2 … for ever) and by cursor. */
export class FrameRing {
  readonly capacity: number;
  readonly #frames: (Frame | undefined)[];
  readonly #places = new Map<string, number>();
  #head = 0;
  #tail = 0;
  #bytes = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#frames = new Array(capacity);
  }

  /** Position that the next frame gets. */
  get head(): number {
    return this.#head;
  }

  append(frame: Frame): void {
    if (this.#head - this.#tail === this.capacity) this.#dropOldest();
    this.#frames[this.#head % this.capacity] = frame;
    if (frame.cursor !== null) this.#places.set(frame.cursor, this.#head);
    this.#bytes += frame.body.length;
    this.#head++;
    while (this.#bytes > MAX_BYTES && this.#head - this.#tail > 1) this.#dropOldest();
  }

  /** The frame at a position, or nothing when it fell out of the ring. */
  at(position: number): Frame | undefined {
    return position < this.#tail ? undefined : this.#frames[position % this.capacity];
  }

  /** Position of the frame with this cursor, while it is in the ring. */
  placeOf(cursor: string): number | undefined {
    return this.#places.get(cursor);
  }

  #dropOldest(): void {
    const index = this.#tail % this.capacity;
    const frame = this.#frames[index]!;
    this.#frames[index] = undefined;
    if (frame.cursor !== null && this.#places.get(frame.cursor) === this.#tail) this.#places.delete(frame.cursor);
    this.#bytes -= frame.body.length;
    this.#tail++;
  }
}
