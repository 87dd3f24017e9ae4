export { createZeroShotClassifier, type CreateZeroShotClassifierOptions } from './create-zero-shot-classifier.ts';
export { defaultEncoder, defaultNliModel } from './default-models.ts';
export type { CascadeOptions } from './cascade/cascade-scorer.ts';
export type { EmbeddingOptions } from './embedding/embedding-scorer.ts';
export { parseHypothesisTemplate, type HypothesisTemplate } from './hypotheses/hypothesis-template.ts';
export { countLabelSentences, measureLabelSentences, type LabelSentenceLengths } from './hypotheses/label-set.ts';
export { findEntailmentOutputs, type EntailmentOptions, type EntailmentOutputs } from './nli/entailment-labels.ts';
export type { NliOptions } from './nli/nli-scorer.ts';
export { windowPoolings, type WindowPooling } from './nli/nli-scores.ts';
export { assertZeroShotOptions } from './prepare-requests.ts';
export { figureNames, type EstimatedFigure, type FigureName } from './evaluation/bootstrap.ts';
export {
  evaluateZeroShot,
  type EvaluateZeroShotOptions,
  type MajorityFigures,
  type VariantMean,
  type ZeroShotEvaluation,
} from './evaluation/evaluate-zero-shot.ts';
export type {
  EvaluationManifest,
  EvaluationSet,
  EvaluationVariant,
  LabelVerbalisation,
} from './evaluation/evaluation-manifest.ts';
export { loadEvaluationManifest } from './evaluation/load-evaluation-manifest.ts';
export type { EvaluationCell } from './evaluation/results-file.ts';
