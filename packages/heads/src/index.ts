export { createAffineHead, restoreAffineHead, type AffineHeadParts } from './contract/affine-head.ts';
export { readHeadOptions, type NumberBounds, type OptionsReader } from './contract/head-options.ts';
export { requireFloat32 } from './contract/state-tensors.ts';
export {
  assertEmbeddingWidth,
  assertFitExamples,
  assertMatrix,
  type ExampleRequirements,
} from './contract/validate-examples.ts';
export { createHeadTypeRegistry, headTypes, restoreFittedHead, type HeadTypeRegistry } from './registry.ts';
export { applyActivation } from './decision/apply-activation.ts';
export {
  hasTemperature,
  isCertainLogit,
  scoreLogits,
  toScalableLogits,
  type ScalableLogits,
  type ScoredHead,
} from './decision/score-logits.ts';
export { toHeadPredictions, type HeadDecisionOptions } from './decision/head-predictions.ts';
export { logisticRegression } from './logistic-regression/logistic-regression.ts';
export { linear } from './linear/linear-head.ts';
export { linearSvm } from './linear-svm/linear-svm.ts';
export { classifierChain } from './multi-label/classifier-chain.ts';
export { ridge } from './ridge/ridge.ts';
