export { createZeroShotClassifier, type CreateZeroShotClassifierOptions } from './create-zero-shot-classifier.ts';
export { defaultEncoder, defaultNliModel } from './default-models.ts';
export type { CascadeOptions } from './cascade/cascade-scorer.ts';
export type { EmbeddingOptions } from './embedding/embedding-scorer.ts';
export { parseHypothesisTemplate, type HypothesisTemplate } from './hypotheses/hypothesis-template.ts';
export { findEntailmentOutputs, type EntailmentOptions, type EntailmentOutputs } from './nli/entailment-labels.ts';
export type { NliOptions } from './nli/nli-scorer.ts';
export type { WindowPooling } from './nli/nli-scores.ts';
export { assertZeroShotOptions } from './prepare-requests.ts';
