/**
 * Delivers what is completed at the same time in the order in which it was added, at most `width` under way.
 * `deliver` may wait (a slow socket); then nothing behind it is delivered, and adding waits as well.
 */
export class OrderedCompletion<Item> {
  readonly #width: number;
  readonly #deliver: (item: Item) => void | Promise<void>;
  #underWay = 0;
  #tail: Promise<void> = Promise.resolve();
  #room: (() => void) | null = null;

  constructor(width: number, deliver: (item: Item) => void | Promise<void>) {
    this.#width = width;
    this.#deliver = deliver;
  }

  /** Takes an item under way, which must not reject; resolves when there is room for the next. */
  async add(item: Promise<Item>): Promise<void> {
    this.#underWay++;
    this.#tail = this.#tail.then(async () => {
      await this.#deliver(await item);
      this.#underWay--;
      this.#room?.();
    });
    while (this.#underWay >= this.#width) {
      await new Promise<void>((resolve) => {
        this.#room = resolve;
      });
      this.#room = null;
    }
  }

  /** Resolves when everything added so far is delivered. */
  settled(): Promise<void> {
    return this.#tail;
  }
}
