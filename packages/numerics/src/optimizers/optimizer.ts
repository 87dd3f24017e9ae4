/** Parameters or gradients by name. The arrays of one name always have one length. */
export type NamedArrays = ReadonlyMap<string, Float32Array>;

/** Changes parameters in place by their gradients. Keeps its moments by name, so that parameters may come and go. */
export interface Optimizer {
  /**
   * Makes one step. Parameters without a gradient are left alone.
   * @param learningRate of this step
   * @throws {PolyheadError} SHAPE_MISMATCH, TENSOR_MISSING for a gradient without a parameter
   */
  step(parameters: NamedArrays, gradients: NamedArrays, learningRate: number): void;
  /** The moments and step counts, for a checkpoint. The arrays are live: copy them to keep them. */
  toState(): OptimizerState;
  /** Takes the place of the current moments. The arrays are used, not copied. */
  loadState(state: OptimizerState): void;
}

/** What an optimizer remembers. */
export interface OptimizerState {
  /** Steps made, by parameter. */
  readonly steps: Readonly<Record<string, number>>;
  /** `first/NAME`, `second/NAME` or `momentum/NAME`. */
  readonly arrays: Readonly<Record<string, Float32Array>>;
}
