import { allFinite } from '@polyhead/numerics';
import {
  PolyheadError,
  type FittedHead,
  type Head,
  type HeadExamples,
  type HeadType,
  type Matrix,
  type Targets,
} from '@polyhead/types';
import { targetRows } from './validate-examples.ts';

/** Rows of the training examples that a head answers directly after it was fitted. */
const trialRows = 4;

/**
 * A head type whose heads are held to the contract: directly after a fit (on a few training rows), after `restore`, and
 * in every call of `logits`. A head that breaks it says so at once instead of giving wrong answers later.
 *
 * Its `fit` throws `SHAPE_MISMATCH` if the fitted head has other labels, another task or width than its examples, and, as
 * `logits` does, if the logits are not `[rows, labels]`; `NOT_FINITE` if one of them is not a finite number.
 */
export function checkHeadType(headType: HeadType): HeadType {
  const { type, summary, tasks } = headType;
  return {
    type,
    summary,
    tasks,
    create: (options) => checkHead(headType.create(options)),
    restore(state) {
      const fitted = headType.restore(state);
      assertDescription(fitted, { ...state, type });
      return checkFittedHead(fitted);
    },
  };
}

function checkHead(head: Head): Head {
  const { type, tasks } = head;
  return {
    type,
    tasks,
    async fit(examples, options) {
      const fitted = await head.fit(examples, options);
      const { targets, embeddings } = examples;
      assertDescription(fitted, { type, task: targets.task, labels: targets.labels, dimension: embeddings.columns });
      const checked = checkFittedHead(fitted);
      checked.logits(trialOf(examples));
      return checked;
    },
  };
}

function trialOf({ embeddings: { data, columns }, targets }: HeadExamples): Matrix {
  const rows = Math.min(trialRows, targetRows(targets));
  return { data: data.subarray(0, rows * columns), rows, columns };
}

interface HeadDescription {
  readonly type: string;
  readonly task: Targets['task'];
  readonly labels: readonly string[];
  readonly dimension: number;
}

function assertDescription(fitted: FittedHead, wanted: HeadDescription): void {
  const describe = ({ task, labels, dimension }: Omit<HeadDescription, 'type'>): string =>
    `${task}, width ${dimension}, ${labels.length} labels`;
  const sameLabels =
    fitted.labels.length === wanted.labels.length &&
    fitted.labels.every((label, index) => label === wanted.labels[index]);
  if (sameLabels && fitted.task === wanted.task && fitted.dimension === wanted.dimension) return;
  const detail =
    sameLabels || fitted.labels.length !== wanted.labels.length ? '' : ' in another order or of other names';
  throw new PolyheadError('SHAPE_MISMATCH', {
    message: `A head of type "${wanted.type}" says that it is [${describe(fitted)}]${detail} instead of [${describe(wanted)}].`,
    remedy: 'A fitted or restored head must keep the task, the labels and the width that it was given.',
    details: { headType: wanted.type },
  });
}

function checkFittedHead(fitted: FittedHead): FittedHead {
  const { type, task, labels, dimension, activation, history } = fitted;
  return {
    type,
    task,
    labels,
    dimension,
    activation,
    history,
    logits(embeddings) {
      const logits = fitted.logits(embeddings);
      assertLogits(logits, { type, rows: embeddings.rows, columns: labels.length });
      return logits;
    },
    toState: () => fitted.toState(),
    affineForm: () => fitted.affineForm(),
  };
}

interface LogitsShape {
  readonly type: string;
  readonly rows: number;
  readonly columns: number;
}

function assertLogits(logits: Matrix, { type, rows, columns }: LogitsShape): void {
  const { data } = logits;
  if (logits.rows !== rows || logits.columns !== columns || data.length !== rows * columns) {
    throw new PolyheadError('SHAPE_MISMATCH', {
      message:
        `A head of type "${type}" returned logits [${logits.rows}, ${logits.columns}] with ${data.length} elements ` +
        `instead of [${rows}, ${columns}].`,
      remedy: 'Its method "logits" must return one row a text and one column a label, row by row.',
      details: { headType: type, expected: [rows, columns], actual: [logits.rows, logits.columns] },
    });
  }
  if (allFinite(data)) return;
  const index = data.findIndex((value) => !Number.isFinite(value));
  throw new PolyheadError('NOT_FINITE', {
    message:
      `A head of type "${type}" returned logits [${rows}, ${columns}] with the value ${data[index] ?? Number.NaN} ` +
      `in row ${Math.floor(index / columns)} (counted from 0), label ${index % columns}.`,
    remedy: 'Train it again; if it is a head of your own, look for a division by 0 or a logarithm of 0.',
    details: { headType: type },
  });
}
