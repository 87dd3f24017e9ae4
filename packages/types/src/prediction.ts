/** A label with its score. */
export interface LabelScore {
  readonly label: string;
  /** Probability in [0, 1]. */
  readonly score: number;
}

/** A label of a multi-label head with its score and the threshold that it was held against. */
export interface ThresholdedLabelScore extends LabelScore {
  readonly threshold: number;
}

/** The answer of a single-label head. */
export interface SingleLabelPrediction {
  readonly task: 'single-label';
  /** The best label, or null where the head abstains. */
  readonly label: string | null;
  /** Of the best label, also where the head abstains. */
  readonly score: number;
  /** All labels (or the best `topK`), best first. */
  readonly scores: readonly LabelScore[];
}

/** The answer of a multi-label head. */
export interface MultiLabelPrediction {
  readonly task: 'multi-label';
  /** Labels at or above their thresholds, best first; may be empty. */
  readonly labels: readonly string[];
  /** All labels (or the best `topK`), best first. */
  readonly scores: readonly ThresholdedLabelScore[];
}

/** The answer of a regression head. */
export interface RegressionPrediction {
  readonly task: 'regression';
  readonly value: number;
}

/** The answer of one head. */
export type HeadPrediction = SingleLabelPrediction | MultiLabelPrediction | RegressionPrediction;

/** The answers of all heads asked, from one encoder pass. */
export interface Prediction {
  readonly text: string;
  /** True if the text was longer than the encoder takes and was cut. */
  readonly truncated: boolean;
  /** Length of the text in tokens before anything was cut. */
  readonly tokenCount: number;
  readonly heads: Readonly<Record<string, HeadPrediction>>;
}
