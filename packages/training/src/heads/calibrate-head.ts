import { hasTemperature, isCertainLogit, toScalableLogits } from '@polyhead/heads';
import { fitTemperature, type TemperatureInput } from '@polyhead/metrics';
import type { FittedHead, HeadCalibration, MultiLabelTargets, SingleLabelTargets } from '@polyhead/types';
import type { HeldOutRows } from './held-out-rows.ts';

/**
 * The temperature that makes a head's scores on held-out rows likeliest. Undefined for a head whose scores are no
 * probabilities, and where no held-out row has a label that the head has learned.
 */
export function calibrateHead(fitted: FittedHead, rows: HeldOutRows): HeadCalibration | undefined {
  const { targets, logits, source } = rows;
  if (targets.task === 'regression' || !hasTemperature(fitted)) return undefined;
  if (fitted.activation === 'identity' && !logits.data.every((score) => score >= 0 && score <= 1)) return undefined;
  const { data } = toScalableLogits(logits, fitted);
  const input =
    targets.task === 'single-label'
      ? learnedRows(targets, { raw: logits.data, data })
      : learnedCells(targets, { raw: logits.data, data });
  if (input.truth.length === 0) return undefined;
  const { temperature } = fitTemperature(input);
  return { temperature, fittedOn: `${logits.rows} rows (${source})` };
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
