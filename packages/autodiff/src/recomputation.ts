/** Operators whose result is their first input in another shape: no element moves. */
export const viewOperators: ReadonlySet<string> = new Set([
  'Constant',
  'Flatten',
  'Identity',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
]);

/**
 * Operators that may run again in the backward half, if all they depend on is ids and masks. Nothing that touches the
 * parameters or activations of an encoder is meant: there are products and normalizations in between.
 */
export const cheapOperators: ReadonlySet<string> = new Set([
  ...viewOperators,
  'Abs',
  'Add',
  'And',
  'Cast',
  'Clip',
  'Concat',
  'ConstantOfShape',
  'Cos',
  'CumSum',
  'Div',
  'Equal',
  'Expand',
  'Gather',
  'GatherElements',
  'GatherND',
  'Greater',
  'GreaterOrEqual',
  'IsNaN',
  'Less',
  'LessOrEqual',
  'Max',
  'Min',
  'Mul',
  'Neg',
  'Not',
  'Or',
  'Range',
  'ReduceMax',
  'ReduceMin',
  'ReduceSum',
  'Shape',
  'Sin',
  'Slice',
  'Split',
  'Sqrt',
  'Sub',
  'Transpose',
  'Where',
]);

/**
 * Operators that run again in the backward half if all their inputs are there anyway: one pass over memory costs about as
 * much as reading a saved value back, and less memory is held meanwhile.
 */
export const quickOperators: ReadonlySet<string> = new Set(['Add', 'Mul', 'Sub', 'Transpose']);
