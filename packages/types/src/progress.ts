/** How far a long piece of work has come. */
export interface Progress {
  /** What is being done, in a few words that can be shown: `encoding`, `fitting intent`. */
  readonly phase: string;
  readonly done: number;
  /** Undefined while it is not known, for instance when a file is streamed. */
  readonly total: number | undefined;
  /** What is counted: `texts`, `rows`, `epochs`, `bytes`. */
  readonly unit: string;
  /** Figures worth showing beside the bar, such as the current loss. */
  readonly figures?: Readonly<Record<string, number>>;
}

/** Receives progress; must be quick and must not throw. */
export type ProgressListener = (progress: Progress) => void;

/** What every long operation accepts. */
export interface LongOperationOptions {
  readonly onProgress?: ProgressListener | undefined;
  /** Stops the operation at the next safe point with an ABORTED error. */
  readonly signal?: AbortSignal | undefined;
}

/** Where a library says things; the applications decide where they go. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
}
