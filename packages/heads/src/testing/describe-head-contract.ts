import { createRandomGenerator } from '@polyhead/numerics';
import {
  PolyheadError,
  type ErrorCode,
  type FitOptions,
  type FittedHead,
  type FittedHeadState,
  type HeadExamples,
  type HeadType,
  type JsonObject,
  type Targets,
  type Task,
} from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { applyActivation } from '../decision/apply-activation.ts';
import { createToyExamples, firstRows } from './toy-examples.ts';

/** What {@link describeHeadContract} tests. */
export interface HeadContractOptions {
  readonly headType: HeadType;
  /** Passed to `create`; choose them so that a fit on 90 examples takes well under a second. @default {} */
  readonly options?: JsonObject;
}

interface Subject {
  readonly headType: HeadType;
  readonly options: JsonObject;
  readonly task: Task;
}

const allTasks: readonly Task[] = ['single-label', 'multi-label', 'regression'];

/**
 * Declares the tests that every head type must pass, for each of its tasks. Call it at the top of a vitest file.
 */
export function describeHeadContract({ headType, options = {} }: HeadContractOptions): void {
  describe(`head contract: ${headType.type}`, () => {
    describeType(headType, options);
    for (const task of headType.tasks) {
      const subject = { headType, options, task };
      describe(task, () => {
        describeFit(subject);
        describeScores(subject);
        describeState(subject);
        describeRefusals(subject);
      });
    }
  });
}

function fitOptions(seed = 7): FitOptions {
  return { random: createRandomGenerator(seed) };
}

function fit({ headType, options, task }: Subject, examples = createToyExamples(task)): Promise<FittedHead> {
  return headType.create(options).fit(examples, fitOptions());
}

async function codeOf(action: () => Promise<unknown>): Promise<ErrorCode | undefined> {
  try {
    await action();
  } catch (error) {
    if (PolyheadError.isInstance(error)) return error.code;
    throw error;
  }
  return undefined;
}

function describeType(headType: HeadType, options: JsonObject): void {
  it('names itself alike everywhere', async () => {
    const [task = 'single-label'] = headType.tasks;
    const head = headType.create(options);
    const fitted = await fit({ headType, options, task });
    expect([head.type, fitted.type, fitted.toState().type]).toEqual([headType.type, headType.type, headType.type]);
    expect(head.tasks).toEqual(headType.tasks);
    expect(headType.summary).not.toBe('');
  });

  it('refuses an option that it does not have', async () => {
    const action = (): Promise<unknown> => Promise.resolve(headType.create({ ...options, noSuchOption: 1 }));
    expect(await codeOf(async () => action())).toBe('INVALID_ARGUMENT');
  });

  it.each(allTasks.filter((task) => !headType.tasks.includes(task)))('refuses the task %s', async (task) => {
    expect(await codeOf(() => fit({ headType, options, task }))).toBe('TASK_UNSUPPORTED');
  });
}

function describeFit(subject: Subject): void {
  const { headType, options, task } = subject;

  it('learns examples that are easy', async () => {
    const examples = createToyExamples(task);
    const head = await fit(subject, examples);
    expect(shareExplained(head, examples)).toBeGreaterThan(0.85);
  });

  it('gives the same head for the same seed', async () => {
    const { embeddings } = createToyExamples(task);
    const [first, second] = await Promise.all([fit(subject), fit(subject)]);
    expect(second.logits(embeddings)).toEqual(first.logits(embeddings));
  });

  it('changes neither itself nor the examples when it is fitted', async () => {
    const examples = createToyExamples(task);
    const head = headType.create(options);
    const first = await head.fit(examples, fitOptions());
    const before = first.logits(examples.embeddings);
    await head.fit(createToyExamples(task, { rows: 60, dimension: 5, seed: 2 }), fitOptions(3));
    const again = await head.fit(examples, fitOptions());
    expect(again.logits(examples.embeddings)).toEqual(before);
    expect(first.logits(examples.embeddings)).toEqual(before);
    expect(examples).toEqual(createToyExamples(task));
  });

  it('learns nothing from rows of weight 0', async () => {
    const examples = createToyExamples(task);
    const sampleWeights = Float64Array.from({ length: 90 }, (_, row) => (row < 45 ? 1 : 0));
    const head = await fit(subject, { ...examples, targets: spoilFrom(examples.targets, 45), sampleWeights });
    expect(shareExplained(head, examples)).toBeGreaterThan(0.7);
  });

  it('stops when it is aborted', async () => {
    const options_ = { ...fitOptions(), signal: AbortSignal.abort() };
    expect(await codeOf(() => headType.create(options).fit(createToyExamples(task), options_))).toBe('ABORTED');
  });
}

/** Wrong answers from a row on. */
function spoilFrom(targets: Targets, first: number): Targets {
  switch (targets.task) {
    case 'single-label':
      return {
        ...targets,
        classIndices: targets.classIndices.map((label, row) => (row < first ? label : (label + 1) % 3)),
      };
    case 'multi-label':
      return {
        ...targets,
        indicators: targets.indicators.map((value, index) =>
          index < first * targets.labels.length ? value : 1 - value,
        ),
      };
    case 'regression':
      return { ...targets, values: targets.values.map((value, row) => (row < first ? value : -10 * value)) };
  }
}

/** Share of right answers; for numbers the share of variance explained. */
function shareExplained(head: FittedHead, { embeddings, targets }: HeadExamples): number {
  const scores = applyActivation(head.logits(embeddings), head.activation);
  const row = (index: number): Float32Array =>
    scores.data.subarray(index * scores.columns, (index + 1) * scores.columns);
  switch (targets.task) {
    case 'single-label': {
      const right = targets.classIndices.filter(
        (label, index) => row(index).indexOf(Math.max(...row(index))) === label,
      );
      return right.length / targets.classIndices.length;
    }
    case 'multi-label': {
      const right = targets.indicators.filter(
        (indicator, index) => (scores.data[index] ?? 0) >= 0.5 === (indicator === 1),
      );
      return right.length / targets.indicators.length;
    }
    case 'regression': {
      const mean = targets.values.reduce((sum, value) => sum + value, 0) / targets.values.length;
      const total = targets.values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      const rest = targets.values.reduce((sum, value, index) => sum + (value - (scores.data[index] ?? 0)) ** 2, 0);
      return 1 - rest / total;
    }
  }
}

function describeScores(subject: Subject): void {
  const { task } = subject;

  it('keeps the order of the labels', async () => {
    const examples = createToyExamples(task);
    const head = await fit(subject, examples);
    expect(head.labels).toEqual(examples.targets.labels);
    expect([head.task, head.dimension]).toEqual([task, examples.embeddings.columns]);
  });

  it('gives one logit a row and label, whatever the batch', async () => {
    const { embeddings } = createToyExamples(task);
    const head = await fit(subject);
    const all = head.logits(embeddings);
    expect([all.rows, all.columns, all.data.length]).toEqual([90, head.labels.length, 90 * head.labels.length]);
    const some = head.logits(firstRows(createToyExamples(task), 5).embeddings);
    for (const [index, logit] of some.data.entries()) expect(logit).toBeCloseTo(all.data[index] ?? Number.NaN, 4);
    const none = head.logits({ data: new Float32Array(0), rows: 0, columns: embeddings.columns });
    expect([none.rows, none.columns, none.data.length]).toEqual([0, head.labels.length, 0]);
  });

  it('scores are probabilities, or numbers', async () => {
    const head = await fit(subject);
    const { data, rows, columns } = applyActivation(
      head.logits(createToyExamples(task, { seed: 5 }).embeddings),
      head.activation,
    );
    if (task === 'regression') {
      expect(data.every((value) => Number.isFinite(value))).toBe(true);
      return;
    }
    expect(data.every((score) => score >= 0 && score <= 1)).toBe(true);
    if (task === 'multi-label') return;
    for (let row = 0; row < rows; row += 1) {
      const sum = data.subarray(row * columns, (row + 1) * columns).reduce((total, score) => total + score, 0);
      expect(sum).toBeCloseTo(1, 5);
    }
  });

  it('the affine form, if there is one, gives the logits', async () => {
    const { embeddings } = createToyExamples(task);
    const head = await fit(subject);
    const form = head.affineForm();
    if (form === undefined) return;
    expect([form.outputs, form.weights.length, form.bias.length]).toEqual([
      head.labels.length,
      head.labels.length * head.dimension,
      head.labels.length,
    ]);
    const logits = head.logits(embeddings);
    for (const [index, logit] of logits.data.entries()) {
      const output = index % form.outputs;
      const start = ((index - output) / form.outputs) * head.dimension;
      const x = embeddings.data.subarray(start, start + head.dimension);
      const sum = x.reduce((total, value, at) => total + value * (form.weights[output * head.dimension + at] ?? 0), 0);
      expect(logit).toBeCloseTo(sum + (form.bias[output] ?? 0), 4);
    }
  });
}

function describeState(subject: Subject): void {
  const { headType, task } = subject;

  it('comes back from its state with bit-equal logits', async () => {
    const { embeddings } = createToyExamples(task);
    const head = await fit(subject);
    const state = head.toState();
    const plain = { options: state.options, settings: state.settings };
    expect(JSON.parse(JSON.stringify(plain))).toEqual(plain);
    const restored = headType.restore(structuredClone(state));
    expect(restored.logits(embeddings)).toEqual(head.logits(embeddings));
    expect([restored.type, restored.task, restored.labels, restored.dimension, restored.activation]).toEqual([
      head.type,
      head.task,
      head.labels,
      head.dimension,
      head.activation,
    ]);
    expect(restored.toState()).toEqual(state);
  });

  it('refuses a state that lacks a tensor or has one of another shape', async () => {
    const state = (await fit(subject)).toState();
    for (const name of Object.keys(state.tensors)) {
      const { [name]: damaged, ...others } = state.tensors;
      const restore = (tensors: FittedHeadState['tensors']): Promise<ErrorCode | undefined> =>
        codeOf(async () => Promise.resolve(headType.restore({ ...state, tensors })));
      expect(await restore(others)).toBe('TENSOR_MISSING');
      if (damaged === undefined) continue;
      const longer = { ...damaged, shape: [...damaged.shape, 2] };
      expect(await restore({ ...others, [name]: longer })).toBe('TENSOR_SHAPE_MISMATCH');
    }
  });
}

function describeRefusals(subject: Subject): void {
  const { task } = subject;
  const examples = createToyExamples(task);
  const { embeddings, targets } = examples;
  const spoiled = embeddings.data.slice();
  spoiled[11] = Number.NaN;
  const infinite = embeddings.data.slice();
  infinite[11] = Infinity;
  const cases: [string, HeadExamples, ErrorCode][] = [
    ['no examples', firstRows(examples, 0), 'TOO_FEW_EXAMPLES'],
    ['a matrix of the wrong size', { embeddings: { ...embeddings, columns: 7 }, targets }, 'SHAPE_MISMATCH'],
    ['fewer targets than rows', { embeddings, targets: firstRows(examples, 80).targets }, 'SHAPE_MISMATCH'],
    ['fewer weights than rows', { embeddings, targets, sampleWeights: new Float64Array(3).fill(1) }, 'SHAPE_MISMATCH'],
    ['NaN in an embedding', { embeddings: { ...embeddings, data: spoiled }, targets }, 'NOT_FINITE'],
    ['infinity in an embedding', { embeddings: { ...embeddings, data: infinite }, targets }, 'NOT_FINITE'],
  ];
  if (targets.task === 'single-label') {
    cases.push([
      'one class',
      { embeddings, targets: { ...targets, classIndices: new Int32Array(90) } },
      'TOO_FEW_CLASSES',
    ]);
  } else if (targets.task === 'multi-label') {
    cases.push([
      'labels that are never there',
      { embeddings, targets: { ...targets, indicators: new Uint8Array(270) } },
      'TOO_FEW_CLASSES',
    ]);
  } else {
    const values = targets.values.slice();
    values[3] = Number.NaN;
    cases.push(['NaN as a target', { embeddings, targets: { ...targets, values } }, 'NOT_FINITE']);
  }

  it.each(cases)('refuses %s', async (_, broken, code) => {
    expect(await codeOf(() => fit(subject, broken))).toBe(code);
  });

  it('refuses embeddings of another width', async () => {
    const head = await fit(subject);
    const wider = createToyExamples(task, { dimension: 9 }).embeddings;
    expect(await codeOf(async () => Promise.resolve(head.logits(wider)))).toBe('SHAPE_MISMATCH');
  });
}
