import {
  assertClassIndices,
  assertEnoughExamples,
  assertFinite,
  assertIndicators,
  assertLength,
  assertPositiveInteger,
  assertWeights,
  rowCountOf,
} from './input-checks.ts';
import type { BinaryScores, ClassScores, IndicatorScores } from './input-types.ts';

/** @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE */
export function assertClassScores({ truth, scores, classCount, sampleWeights }: ClassScores): void {
  assertPositiveInteger('classCount', classCount);
  assertLength('scores', scores, truth.length * classCount);
  assertEnoughExamples(truth.length);
  assertClassIndices('truth', truth, classCount);
  assertFinite('scores', scores);
  assertWeights(sampleWeights, truth.length);
}

/** @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE */
export function assertIndicatorScores({ truth, scores, labelCount }: IndicatorScores): void {
  const rows = rowCountOf('truth', truth, labelCount);
  assertLength('scores', scores, truth.length);
  assertEnoughExamples(rows);
  assertIndicators('truth', truth);
  assertFinite('scores', scores);
}

/** @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE */
export function assertBinaryScores({ truth, scores, sampleWeights }: BinaryScores): void {
  assertLength('scores', scores, truth.length);
  assertEnoughExamples(truth.length);
  assertIndicators('truth', truth);
  assertFinite('scores', scores);
  assertWeights(sampleWeights, truth.length);
}
