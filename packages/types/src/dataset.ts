/** What a head predicts: one of several labels, any number of labels, or a number. */
export type Task = 'single-label' | 'multi-label' | 'regression';

/** One class an example. */
export interface SingleLabelTargets {
  readonly task: 'single-label';
  /** Label names; a class index points into them. */
  readonly labels: readonly string[];
  /** `[rows]` */
  readonly classIndices: Int32Array;
}

/** Any number of labels an example. */
export interface MultiLabelTargets {
  readonly task: 'multi-label';
  readonly labels: readonly string[];
  /** `[rows, labels]` of 0 and 1, row-major. */
  readonly indicators: Uint8Array;
}

/** One number an example. */
export interface RegressionTargets {
  readonly task: 'regression';
  /** Names of the outputs; one for now. */
  readonly labels: readonly string[];
  /** `[rows]` */
  readonly values: Float64Array;
}

/** What the examples of one head should be predicted as. */
export type Targets = SingleLabelTargets | MultiLabelTargets | RegressionTargets;

/** Texts with their targets, row for row. */
export interface LabeledTexts {
  readonly texts: readonly string[];
  readonly targets: Targets;
}

/** A row of a file that cannot be used, and why. */
export interface RowProblem {
  readonly file: string;
  /** Counted from 1; the header of a table is row 1, as in an editor. */
  readonly row: number;
  /** One sentence: `column "label" is empty`. */
  readonly reason: string;
  /** The head whose target is wrong there. @default the problem is one of the whole row, or there is only one head */
  readonly head?: string;
}
