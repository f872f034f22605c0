/** At most so many of a kind of work at once; of those who wait, the highest priority goes first. */
export class Limit {
  #free: number;
  readonly #waiting: { priority: number; go: () => void }[] = [];

  constructor(most: number) {
    this.#free = most;
  }

  /** @param priority equal ones go in the order in which they came */
  async run<T>(work: () => Promise<T>, priority = 0): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else {
      await new Promise<void>((go) => {
        const behind = this.#waiting.findIndex((other) => other.priority < priority);
        this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, { priority, go });
      });
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next.go();
    }
  }
}
