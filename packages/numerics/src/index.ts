export { createRandomGenerator, randomPermutation } from './random/random-generator.ts';
export { logSumExp, sigmoid, softplus } from './scalar-functions.ts';
export { softmaxRows } from './kernels/softmax.ts';
export { addScaled, allFinite, dot, maximumAbsolute } from './kernels/vector.ts';
export {
  createProductMemory,
  padTo4,
  type ProductMemory,
  type RowMajorMatrix,
  type StridedMatrix,
} from './kernels/product-memory.ts';
export {
  createParameterKernels,
  type AdamWState,
  type AdamWStep,
  type ParameterKernels,
  type SgdState,
  type SgdStep,
} from './kernels/parameter-kernels.ts';
export {
  attachSharedArrays,
  createSharedArrays,
  type SharedArrays,
  type SharedArraysHandle,
} from './kernels/shared-arrays.ts';
export { fillDropoutMask, type DropoutMaskOptions } from './kernels/dropout-mask.ts';
export {
  multiply,
  multiplyTransposedA,
  multiplyTransposedB,
  type FloatArray,
  type ProductSizes,
} from './matrix-product.ts';
export { choleskyFactor, choleskySolve, type CholeskyFactor } from './cholesky.ts';
export type { Preconditioner } from './lbfgs/curvature-history.ts';
export {
  createLbfgs,
  minimizeLbfgs,
  type DifferentiableObjective,
  type LbfgsIteration,
  type LbfgsOptions,
  type LbfgsResult,
  type LbfgsStepper,
  type MinimizeLbfgsOptions,
} from './lbfgs/lbfgs.ts';
export type { NamedArrays, Optimizer, OptimizerState } from './optimizers/optimizer.ts';
export { createAdamW, type AdamWOptions } from './optimizers/adamw.ts';
export { createSgd, type SgdOptions } from './optimizers/sgd.ts';
export type { RowNumbers, TableOptimizer, TableOptions, TableStep } from './tables/table-optimizer.ts';
export { createAdamWTable, type AdamWTableOptions } from './tables/adamw-table.ts';
export { createSgdTable, type SgdTableOptions } from './tables/sgd-table.ts';
export { clipGlobalNorm } from './optimizers/clip-gradients.ts';
export type { FiniteScheduleOptions, Schedule, ScheduleOptions } from './schedules/schedule.ts';
export {
  createConstantSchedule,
  createCosineSchedule,
  createLinearSchedule,
  createStepSchedule,
  type StepScheduleOptions,
} from './schedules/fixed-schedules.ts';
export {
  createPlateauSchedule,
  type PlateauSchedule,
  type PlateauScheduleOptions,
} from './schedules/plateau-schedule.ts';
