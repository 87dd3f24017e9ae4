import { allFinite } from '@polyhead/numerics';
import {
  PolyheadError,
  type HeadExamples,
  type Matrix,
  type MultiLabelTargets,
  type Targets,
  type Task,
} from '@polyhead/types';

/** Which examples a head type can be fitted on. */
export interface ExampleRequirements {
  readonly headType: string;
  readonly tasks: readonly Task[];
}

/**
 * Checks everything that can be wrong with training examples before any work is done.
 * @throws {PolyheadError} TASK_UNSUPPORTED, SHAPE_MISMATCH, TOO_FEW_EXAMPLES, TOO_FEW_CLASSES, NOT_FINITE,
 * INVALID_ARGUMENT
 */
export function assertFitExamples(examples: HeadExamples, { headType, tasks }: ExampleRequirements): void {
  const { embeddings, targets } = examples;
  if (!tasks.includes(targets.task)) {
    throw new PolyheadError('TASK_UNSUPPORTED', {
      message: `A head of type "${headType}" cannot be fitted for the task "${targets.task}".`,
      remedy: `It takes ${tasks.join(', ')}.`,
      details: { headType, task: targets.task },
    });
  }
  assertMatrix(embeddings);
  if (embeddings.rows === 0 || embeddings.columns === 0) {
    throw new PolyheadError('TOO_FEW_EXAMPLES', {
      message: `There are ${embeddings.rows} examples of width ${embeddings.columns} to fit on.`,
      remedy: 'Pass at least one example.',
    });
  }
  assertFiniteMatrix(embeddings);
  assertTargets(targets, embeddings.rows);
  assertSampleWeights(examples.sampleWeights, embeddings.rows);
  assertClasses(examples);
}

/** @throws {PolyheadError} SHAPE_MISMATCH if the data of a matrix does not have its size */
export function assertMatrix(matrix: Matrix): void {
  const { data, rows, columns } = matrix;
  if (Number.isInteger(rows) && rows >= 0 && data.length === rows * columns) return;
  throw new PolyheadError('SHAPE_MISMATCH', {
    message: `A matrix of ${rows} rows and ${columns} columns has ${data.length} elements.`,
    remedy: `Pass ${rows * columns} elements, row by row.`,
    details: { rows, columns, elements: data.length },
  });
}

/** @throws {PolyheadError} SHAPE_MISMATCH if embeddings do not have the width that a head was fitted for */
export function assertEmbeddingWidth(embeddings: Matrix, dimension: number): void {
  assertMatrix(embeddings);
  if (embeddings.columns === dimension) return;
  throw new PolyheadError('SHAPE_MISMATCH', {
    message: `The head takes embeddings of width ${dimension}, but these have ${embeddings.columns}.`,
    remedy: 'Use the encoder that the head was trained on.',
    details: { expected: dimension, actual: embeddings.columns },
  });
}

function assertFiniteMatrix({ data, columns }: Matrix): void {
  if (allFinite(data)) return;
  const index = data.findIndex((value) => !Number.isFinite(value));
  throw notFinite(
    `The embedding of example ${Math.floor(index / columns)} (counted from 0) has the value ${data[index] ?? Number.NaN} at position ${index % columns}.`,
  );
}

function notFinite(message: string): PolyheadError {
  return new PolyheadError('NOT_FINITE', { message, remedy: 'Remove or repair this example.' });
}

/** Number of examples that targets describe. */
export function targetRows(targets: Targets): number {
  switch (targets.task) {
    case 'single-label':
      return targets.classIndices.length;
    case 'multi-label':
      return targets.indicators.length / targets.labels.length;
    case 'regression':
      return targets.values.length;
  }
}

function assertTargets(targets: Targets, rows: number): void {
  if (targets.labels.length > 0 && targetRows(targets) !== rows) {
    throw new PolyheadError('SHAPE_MISMATCH', {
      message: `There are ${rows} embeddings but targets for ${targetRows(targets)} examples.`,
      remedy: 'Pass one target for every embedding.',
      details: { rows, targets: targetRows(targets) },
    });
  }
  if (new Set(targets.labels).size !== targets.labels.length) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: 'A label name occurs twice.',
      remedy: 'Give every label its own name.',
    });
  }
  assertTargetValues(targets);
}

function assertTargetValues(targets: Targets): void {
  if (targets.task === 'regression') {
    const index = targets.values.findIndex((value) => !Number.isFinite(value));
    if (index !== -1)
      throw notFinite(`The target of example ${index} (counted from 0) is ${targets.values[index] ?? Number.NaN}.`);
    return;
  }
  const [values, limit] =
    targets.task === 'single-label' ? [targets.classIndices, targets.labels.length] : [targets.indicators, 2];
  const index = values.findIndex((value: number) => value < 0 || value >= limit);
  if (index === -1) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `Target number ${index} (counted from 0) is ${values[index] ?? Number.NaN}.`,
    remedy: `Pass integers from 0 to ${limit - 1}.`,
    details: { index },
  });
}

function assertSampleWeights(weights: Float64Array | undefined, rows: number): void {
  if (weights === undefined) return;
  if (weights.length !== rows) {
    throw new PolyheadError('SHAPE_MISMATCH', {
      message: `There are ${rows} examples but ${weights.length} sample weights.`,
      remedy: 'Pass one weight for every example.',
    });
  }
  const index = weights.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight)));
  if (index !== -1) {
    throw new PolyheadError(Number.isFinite(weights[index]) ? 'INVALID_ARGUMENT' : 'NOT_FINITE', {
      message: `The weight of example ${index} (counted from 0) is ${weights[index] ?? Number.NaN}.`,
      remedy: 'Pass a number of 0 or more.',
    });
  }
  if (weights.every((weight) => weight === 0)) {
    throw new PolyheadError('TOO_FEW_EXAMPLES', {
      message: 'All sample weights are 0, so that no example counts.',
      remedy: 'Give at least one example a weight above 0.',
    });
  }
}

/** 2 if some label is there in one row that counts and not in another, else 1. */
function largestVariety(
  { labels, indicators }: MultiLabelTargets,
  sampleWeights: ArrayLike<number> | undefined,
): number {
  const width = labels.length;
  const varies = labels.some((_, label) => {
    const seen = new Set<number>();
    for (let row = 0; row * width < indicators.length; row += 1) {
      if (sampleWeights?.[row] !== 0) seen.add(indicators[row * width + label] ?? 0);
    }
    return seen.size > 1;
  });
  return varies ? 2 : 1;
}

function assertClasses({ targets, sampleWeights }: HeadExamples): void {
  if (targets.task === 'regression') {
    if (targets.labels.length === 1) return;
    throw new PolyheadError('SHAPE_MISMATCH', {
      message: `A regression has ${targets.labels.length} named outputs.`,
      remedy: 'Pass exactly one.',
    });
  }
  const seen =
    targets.task === 'single-label'
      ? new Set(targets.classIndices.filter((_, row) => sampleWeights?.[row] !== 0)).size
      : largestVariety(targets, sampleWeights);
  if (seen >= 2) return;
  throw new PolyheadError('TOO_FEW_CLASSES', {
    message:
      targets.task === 'single-label'
        ? `All training examples have the same label (of ${targets.labels.length} named).`
        : 'No label tells training examples apart: every label is always there or never.',
    remedy: 'Add examples of at least one other label.',
    details: { labels: targets.labels.length },
  });
}
