import { PolyheadError } from '@polyhead/types';
import type { ClassScores } from '../input-types.ts';
import { areaOfCurve } from '../kernels/binary-curve.ts';
import { copyColumn, indicatorOf } from '../kernels/rows.ts';
import { meanOf, sumOf } from '../kernels/sums.ts';
import { assertClassScores } from '../score-checks.ts';
import { meanOfWeighted } from './average-over-labels.ts';
import { curveOf } from './binary-curves.ts';
import { rocAuc } from './roc-auc.ts';

/**
 * ROC AUC of each class against all others; NaN for a class that is absent from truth or is all of it.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function oneVsRestRocAucPerClass(input: ClassScores): Float64Array {
  assertClassScores(input);
  const { truth, scores, classCount, sampleWeights } = input;
  return Float64Array.from({ length: classCount }, (_, index) =>
    areaOfCurve(
      curveOf({ truth: indicatorOf(truth, index), scores: copyColumn(scores, classCount, index), sampleWeights }),
    ),
  );
}

/**
 * ROC AUC of classes one against the rest. `macro` is NaN if a class is absent from truth, `weighted` (by class
 * frequency) leaves such classes out, `micro` pools all entries.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function oneVsRestRocAuc(input: ClassScores, average: 'macro' | 'weighted' | 'micro' = 'macro'): number {
  if (average === 'micro') return pooledRocAuc(input);
  const areas = oneVsRestRocAucPerClass(input);
  if (average === 'macro') return meanOf(areas);
  const weights = areas.map((_, index) => weightOfClass(input, index));
  return meanOfWeighted(areas, weights);
}

function weightOfClass({ truth, sampleWeights }: ClassScores, index: number): number {
  const members = indicatorOf(truth, index);
  if (sampleWeights === undefined) return sumOf(members);
  return sumOf(Float64Array.from(sampleWeights, (weight, row) => (members[row] === 1 ? weight : 0)));
}

function pooledRocAuc(input: ClassScores): number {
  assertClassScores(input);
  const { truth, scores, classCount, sampleWeights } = input;
  const indicators = Uint8Array.from({ length: scores.length }, (_, at) =>
    truth[Math.floor(at / classCount)] === at % classCount ? 1 : 0,
  );
  const weights =
    sampleWeights === undefined
      ? undefined
      : Float64Array.from({ length: scores.length }, (_, at) => sampleWeights[Math.floor(at / classCount)] ?? 0);
  return rocAuc({ truth: indicators, scores, sampleWeights: weights });
}

/**
 * ROC AUC of every pair of classes that occur, over the rows of those two only (Hand and Till 2001); sample weights do
 * not enter. `macro` is the mean over pairs, NaN without a pair; `weighted` the mean by how frequent the pairs are.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE; TOO_FEW_CLASSES if `weighted`
 * is asked for and only one class occurs
 */
export function oneVsOneRocAuc(input: ClassScores, average: 'macro' | 'weighted' = 'macro'): number {
  assertClassScores(input);
  const rowsOfClass = Array.from({ length: input.classCount }, (): number[] => []);
  Array.from(input.truth).forEach((index, row) => rowsOfClass[index]?.push(row));
  const present = Array.from(rowsOfClass.keys()).filter((index) => rowsOfClass[index]?.length !== 0);
  if (average === 'weighted' && present.length < 2) throwOneClassOnly();
  const areas: number[] = [];
  const sizes: number[] = [];
  present.forEach((first, position) => {
    for (const second of present.slice(position + 1)) {
      const [a = [], b = []] = [rowsOfClass[first], rowsOfClass[second]];
      const forwards = pairArea(input, { class: first, members: a, others: b });
      const backwards = pairArea(input, { class: second, members: b, others: a });
      areas.push((forwards + backwards) / 2);
      sizes.push(a.length + b.length);
    }
  });
  return average === 'macro' ? meanOf(areas) : meanOf(areas, sizes);
}

interface ClassPair {
  readonly class: number;
  readonly members: readonly number[];
  readonly others: readonly number[];
}

/** How well the score of `class` tells its members from the other class's. */
function pairArea({ scores, classCount }: ClassScores, pair: ClassPair): number {
  const rows = [...pair.members, ...pair.others];
  return rocAuc({
    truth: rows.map((_, position) => (position < pair.members.length ? 1 : 0)),
    scores: Float64Array.from(rows, (row) => scores[row * classCount + pair.class] ?? 0),
  });
}

function throwOneClassOnly(): never {
  throw new PolyheadError('TOO_FEW_CLASSES', {
    message: 'The weighted one-against-one ROC AUC was asked for and truth holds fewer than two classes.',
    remedy: 'Pass examples of at least two classes.',
  });
}
