import { PolyheadError } from '@polyhead/types';
import { firstNotFinite, firstOutside, firstNotIndex } from './kernels/scans.ts';

/** @throws {PolyheadError} TOO_FEW_EXAMPLES */
export function assertEnoughExamples(rows: number, minimum = 1): void {
  if (rows >= minimum) return;
  throw new PolyheadError('TOO_FEW_EXAMPLES', {
    message: `A metric was asked for over ${rows} examples; it needs at least ${minimum}.`,
    remedy: 'Pass more examples.',
    details: { rows, minimum },
  });
}

/** @throws {PolyheadError} SHAPE_MISMATCH */
export function assertLength(name: string, values: ArrayLike<number>, expected: number): void {
  if (values.length === expected) return;
  throw new PolyheadError('SHAPE_MISMATCH', {
    message: `"${name}" has ${values.length} values where ${expected} are needed.`,
    remedy: 'Pass truth, predictions and weights of the same examples.',
    details: { name, length: values.length, expected },
  });
}

/** @throws {PolyheadError} NOT_FINITE */
export function assertFinite(name: string, values: ArrayLike<number>): void {
  const position = firstNotFinite(values);
  if (position === -1) return;
  throw new PolyheadError('NOT_FINITE', {
    message: `"${name}" holds ${String(values[position])} at position ${position}.`,
    remedy: 'Scores, values and weights must be finite numbers.',
    details: { name, position },
  });
}

/** @throws {PolyheadError} INVALID_ARGUMENT */
export function assertClassIndices(name: string, values: ArrayLike<number>, classCount: number): void {
  const position = firstNotIndex(values, classCount);
  if (position === -1) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `"${name}" holds ${String(values[position])} at position ${position}, which is no class index below ${classCount}.`,
    remedy: 'Class indices are integers from 0 and point into the list of labels.',
    details: { name, position, classCount },
  });
}

/** Indicators are 0 or 1. @throws {PolyheadError} INVALID_ARGUMENT */
export function assertIndicators(name: string, values: ArrayLike<number>): void {
  const position = firstNotIndex(values, 2);
  if (position === -1) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `"${name}" holds ${String(values[position])} at position ${position} where only 0 and 1 are allowed.`,
    remedy: 'Write 1 where a label applies and 0 where it does not.',
    details: { name, position },
  });
}

/** Checks length, finiteness and sign of optional weights. @throws {PolyheadError} SHAPE_MISMATCH, NOT_FINITE, INVALID_ARGUMENT */
export function assertWeights(weights: ArrayLike<number> | undefined, rows: number): void {
  if (weights === undefined) return;
  assertLength('sampleWeights', weights, rows);
  assertFinite('sampleWeights', weights);
  const position = firstOutside(weights, 0, Infinity);
  if (position === -1) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `"sampleWeights" holds the negative value ${String(weights[position])} at position ${position}.`,
    remedy: 'Weights are 0 or greater.',
    details: { position },
  });
}

/** Rounding may carry a probability this far past 0 or 1. */
const probabilitySlack = 1e-6;

/** True if every value is in [0, 1], up to rounding. */
export function areProbabilities(values: ArrayLike<number>): boolean {
  return firstOutside(values, -probabilitySlack, 1 + probabilitySlack) === -1;
}

/** @throws {PolyheadError} NOT_FINITE, INVALID_ARGUMENT */
export function assertProbabilities(name: string, values: ArrayLike<number>): void {
  assertFinite(name, values);
  const position = firstOutside(values, -probabilitySlack, 1 + probabilitySlack);
  if (position === -1) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `"${name}" holds ${String(values[position])} at position ${position}, which is no probability.`,
    remedy: 'Turn decision values into probabilities first, for instance by fitPlatt.',
    details: { name, position },
  });
}

/** @throws {PolyheadError} INVALID_ARGUMENT */
export function assertShare(name: string, value: number): void {
  if (value >= 0 && value <= 1) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `"${name}" is ${value}.`,
    remedy: 'It must be a number from 0 to 1.',
    details: { name },
  });
}

/** @throws {PolyheadError} INVALID_ARGUMENT */
export function assertNotNegative(name: string, value: number): void {
  if (value >= 0 && value < Infinity) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `"${name}" is ${value}.`,
    remedy: 'It must be a finite number of 0 or more.',
    details: { name },
  });
}

/** @throws {PolyheadError} INVALID_ARGUMENT */
export function assertPositiveInteger(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `"${name}" is ${value}.`,
    remedy: 'It must be a positive integer.',
    details: { name },
  });
}

/** Rows of a row-major array. @throws {PolyheadError} INVALID_ARGUMENT, SHAPE_MISMATCH */
export function rowCountOf(name: string, values: ArrayLike<number>, columns: number): number {
  assertPositiveInteger('columns', columns);
  if (values.length % columns === 0) return values.length / columns;
  throw new PolyheadError('SHAPE_MISMATCH', {
    message: `"${name}" has ${values.length} values, which is no multiple of its ${columns} columns.`,
    remedy: 'Pass whole rows, one after the other.',
    details: { name, length: values.length, columns },
  });
}
