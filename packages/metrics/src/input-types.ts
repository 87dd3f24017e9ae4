/** Classes predicted for examples that have exactly one class, row for row. */
export interface ClassPredictions {
  /** `[rows]` class indices. */
  readonly truth: ArrayLike<number>;
  /** `[rows]` class indices. */
  readonly predicted: ArrayLike<number>;
  /** Indices are below this. */
  readonly classCount: number;
  /** `[rows]`, non-negative. @default 1 for every row */
  readonly sampleWeights?: ArrayLike<number> | undefined;
}

/** Scores of every class for examples that have exactly one class. */
export interface ClassScores {
  /** `[rows]` class indices. */
  readonly truth: ArrayLike<number>;
  /** `[rows, classCount]`, row-major; usually probabilities. */
  readonly scores: ArrayLike<number>;
  readonly classCount: number;
  /** `[rows]`, non-negative. @default 1 for every row */
  readonly sampleWeights?: ArrayLike<number> | undefined;
}

/** Labels decided on for examples that have any number of labels. */
export interface IndicatorPredictions {
  /** `[rows, labelCount]` of 0 and 1, row-major. */
  readonly truth: ArrayLike<number>;
  /** `[rows, labelCount]` of 0 and 1, row-major. */
  readonly predicted: ArrayLike<number>;
  readonly labelCount: number;
  /** `[rows]`, non-negative. @default 1 for every row */
  readonly sampleWeights?: ArrayLike<number> | undefined;
}

/** Scores of every label for examples that have any number of labels. */
export interface IndicatorScores {
  /** `[rows, labelCount]` of 0 and 1, row-major. */
  readonly truth: ArrayLike<number>;
  /** `[rows, labelCount]`, row-major; usually probabilities. */
  readonly scores: ArrayLike<number>;
  readonly labelCount: number;
}

/** Scores of one label that is there or not. */
export interface BinaryScores {
  /** `[rows]` of 0 and 1. */
  readonly truth: ArrayLike<number>;
  /** `[rows]`: greater means more likely. */
  readonly scores: ArrayLike<number>;
  /** `[rows]`, non-negative. @default 1 for every row */
  readonly sampleWeights?: ArrayLike<number> | undefined;
}

/** Numbers predicted for numbers, row for row. */
export interface ValuePredictions {
  /** `[rows]` */
  readonly truth: ArrayLike<number>;
  /** `[rows]` */
  readonly predicted: ArrayLike<number>;
  /** `[rows]`, non-negative. @default 1 for every row */
  readonly sampleWeights?: ArrayLike<number> | undefined;
}

/** What 0 / 0 counts as. */
export type ZeroDivision = 0 | 1;
