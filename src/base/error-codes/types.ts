/** What an error code says, whoever throws it. */
export interface CodeEntry {
  /** Of the program that fails with it; 1 where nothing is said. */
  readonly exit?: 2 | 70 | 125 | 126 | 127 | 130;
  /** What went wrong: one or two sentences, in Markdown. */
  readonly means: string;
  /** What to do next, where the error itself has no better hint. */
  readonly remedy: string;
}

/** One section of docs/errors.md. */
export interface CodeGroup {
  readonly title: string;
  /** The commands that fail with these codes, as the page says it. */
  readonly commands: string;
  readonly codes: Readonly<Record<string, CodeEntry>>;
}
