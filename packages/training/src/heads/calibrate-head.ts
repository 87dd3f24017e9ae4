import { hasTemperature, isCertainLogit, toScalableLogits } from '@polyhead/heads';
import { fitTemperature, type TemperatureInput } from '@polyhead/metrics';
import type {
  FittedHead,
  HeadCalibration,
  Matrix,
  MultiLabelTargets,
  SingleLabelTargets,
  Targets,
} from '@polyhead/types';
import type { HeldOutRows } from './held-out-rows.ts';

/**
 * The temperature that makes a head's scores on held-out rows likeliest. Undefined for a head whose scores are no
 * probabilities, and where no held-out row has a label that the head has learned.
 *
 * On rows that the encoder has learned from, a head is too good, though it was not fitted on them, and so the temperature is
 * too low. On the encoder as it was before, a head is as good as on other texts, but no better for what the encoder has learned
 * since: its temperature, scaled by how much further apart logits are now, is too high. The geometric mean of both is taken;
 * docs/calibration.md has the figures.
 */
export function calibrateHead(fitted: FittedHead, rows: HeldOutRows): HeadCalibration | undefined {
  const { targets, logits, beforeLearning, source } = rows;
  const temperature = findTemperature(fitted, targets, logits);
  if (temperature === undefined) return undefined;
  const fittedOn = `${logits.rows} rows (${source})`;
  if (beforeLearning === undefined) return { temperature, fittedOn };
  const earlier = findTemperature(fitted, targets, beforeLearning);
  if (earlier === undefined) return { temperature, fittedOn };
  const growth = typicalMargin(fitted, logits) / typicalMargin(fitted, beforeLearning);
  const blended = Math.sqrt(temperature * earlier * growth);
  // Logits that are all equal have no margin.
  return blended > 0 && blended < Infinity ? { temperature: blended, fittedOn } : { temperature, fittedOn };
}

function findTemperature(fitted: FittedHead, targets: Targets, logits: Matrix): number | undefined {
  if (targets.task === 'regression' || !hasTemperature(fitted)) return undefined;
  if (fitted.activation === 'identity' && !logits.data.every((score) => score >= 0 && score <= 1)) return undefined;
  const { data } = toScalableLogits(logits, fitted);
  const input =
    targets.task === 'single-label'
      ? learnedRows(targets, { raw: logits.data, data })
      : learnedCells(targets, { raw: logits.data, data });
  return input.truth.length === 0 ? undefined : fitTemperature({ ...input, imaginedRows: 1 }).temperature;
}

/** Root of the mean square of how far decisions are from another one: to the second label, or to the other side of 0. */
function typicalMargin(fitted: FittedHead, logits: Matrix): number {
  const { data, rows, columns } = toScalableLogits(logits, fitted);
  const margins =
    fitted.task === 'single-label'
      ? Array.from({ length: rows }, (_, row) => topMargin(data.subarray(row * columns, (row + 1) * columns)))
      : Array.from(data);
  const learned = margins.filter((margin) => !isCertainLogit(margin));
  return Math.sqrt(learned.reduce((sum, margin) => sum + margin * margin, 0) / learned.length);
}

function topMargin(row: Float64Array): number {
  const [first = 0, second = first] = row.toSorted().reverse();
  return first - second;
}

interface CandidateLogits {
  /** As the head gives them. */
  readonly raw: Float32Array;
  /** In the form that a temperature divides. */
  readonly data: Float64Array;
}

/** Rows whose label the head can give: no temperature helps where it was never seen in training. */
function learnedRows({ classIndices, labels }: SingleLabelTargets, { raw, data }: CandidateLogits): TemperatureInput {
  const columns = labels.length;
  const rows = Array.from(classIndices.keys()).filter(
    (row) => !isCertainLogit(raw[row * columns + (classIndices[row] ?? 0)] ?? 0),
  );
  const logits = new Float64Array(rows.length * columns);
  rows.forEach((row, place) => {
    logits.set(data.subarray(row * columns, (row + 1) * columns), place * columns);
  });
  return { logits, truth: rows.map((row) => classIndices[row] ?? 0), classCount: columns };
}

/** All yes/no answers but those that are the same for every text. */
function learnedCells({ indicators }: MultiLabelTargets, { raw, data }: CandidateLogits): TemperatureInput {
  const cells = Array.from(raw.keys()).filter((cell) => !isCertainLogit(raw[cell] ?? 0));
  return {
    logits: cells.map((cell) => data[cell] ?? 0),
    truth: cells.map((cell) => indicators[cell] ?? 0),
    classCount: 1,
  };
}
