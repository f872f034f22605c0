interface Waiter {
  priority: number;
  go: () => void;
}

/** At most so many of a kind of work at once; of those who wait, the highest priority goes first. */
export class Limit {
  #free: number;
  /** The first of them at #head. A hundred thousand may wait: neither end moves the others. */
  readonly #waiting: (Waiter | undefined)[] = [];
  #head = 0;

  constructor(most: number) {
    this.#free = most;
  }

  /** @param priority equal ones go in the order in which they came */
  async run<T>(work: () => Promise<T>, priority = 0): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((go) => this.#wait({ priority, go }));
    try {
      return await work();
    } finally {
      const next = this.#next();
      if (next === undefined) this.#free += 1;
      else next.go();
    }
  }

  #wait(waiter: Waiter): void {
    let low = this.#head;
    let high = this.#waiting.length;
    // Behind all that are not lower: most often at the end, which is looked at first.
    if (low < high && this.#waiting[high - 1]!.priority >= waiter.priority) low = high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#waiting[middle]!.priority >= waiter.priority) low = middle + 1;
      else high = middle;
    }
    if (low === this.#waiting.length) this.#waiting.push(waiter);
    else this.#waiting.splice(low, 0, waiter);
  }

  #next(): Waiter | undefined {
    if (this.#head === this.#waiting.length) return undefined;
    const next = this.#waiting[this.#head];
    this.#waiting[this.#head++] = undefined;
    if (this.#head === this.#waiting.length) {
      this.#waiting.length = 0;
      this.#head = 0;
    }
    return next;
  }
}
