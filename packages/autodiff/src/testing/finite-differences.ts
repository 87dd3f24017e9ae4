import { createRandomGenerator } from '@polyhead/numerics';
import { createGraphBuilder, encodeModel, type OnnxModel } from '@polyhead/onnx';
import { createSession, type NamedTensors, type Session } from '@polyhead/runtime';
import { PolyheadError, type RandomGenerator, type Tensor } from '@polyhead/types';

import { differentiate, gradientName, type GradientGraph } from '../differentiate.ts';
import { observeValues } from '../observe-values.ts';
import { splitAtSeam } from '../split-at-seam.ts';
import type { CaseInput, FixedInput, RuleCase, Sizes, TrainedInput } from './rule-case.ts';

/** Sizes at which shapes are observed, and others at which gradients are checked. */
const probes: readonly Sizes[] = [
  { batch: 2, length: 5 },
  { batch: 3, length: 7 },
];
const checkedSizes: Sizes = { batch: 4, length: 6 };

/** Step of the central differences: float32 results are good to about 1e-7 of it, and its fourth power is smaller still. */
const step = 2 ** -5;

/** How a gradient compares with differences of the function along a random direction. */
export interface DirectionCheck {
  readonly input: string;
  /** Slope by the gradient graph. */
  readonly gradient: number;
  /** Slope by differences. */
  readonly difference: number;
  /** What both may at most be: norm of the gradient times norm of the direction. */
  readonly scale: number;
}

/** All that is checked of a case. */
export interface CaseCheck {
  readonly directions: readonly DirectionCheck[];
  /** Largest difference between the gradients of the split and of the whole graph. */
  readonly splitDifference: number;
}

/** Compares the gradients of one node with differences of its results, along random directions. */
export async function checkRuleCase(ruleCase: RuleCase): Promise<CaseCheck> {
  const random = createRandomGenerator(7);
  const { model, outputs } = createCaseModel(ruleCase);
  const values = await observeValues(
    model,
    probes.map((sizes) => createFeeds(ruleCase.inputs(sizes), random)),
  );
  const inputs = ruleCase.inputs(checkedSizes);
  const targets = inputs.flatMap((input, index) => (input.kind === 'trained' ? [inputName(index)] : []));
  const gradients = differentiate(model, { outputs, targets, values });
  const feeds = createFeeds(inputs, random);
  const forward = await createSession(encodeModel(model), { threads: 1 });
  const results = await forward.run(feeds);
  const seeds = Object.fromEntries(
    outputs.map((name) => {
      const { shape } = present(results[name]);
      return [gradientName(name), { dataType: 'float32', shape, data: randomArray(shape, random) } as const];
    }),
  );
  const joint = await runOnce(gradients.model, { ...feeds, ...seeds });
  const split = await runSplit(gradients, { ...feeds, ...seeds });
  const directions: DirectionCheck[] = [];
  for (const target of targets) {
    directions.push(await checkDirection({ forward, feeds, seeds, target, random }, joint));
  }
  await forward.release();
  const differences = targets.map((target) =>
    largestDifference(joint[gradientName(target)], split[gradientName(target)]),
  );
  return { directions, splitDifference: Math.max(...differences) };
}

interface Differences {
  readonly forward: Session;
  readonly feeds: NamedTensors;
  readonly seeds: NamedTensors;
  readonly target: string;
  readonly random: RandomGenerator;
}

async function checkDirection(context: Differences, joint: NamedTensors): Promise<DirectionCheck> {
  const { feeds, target, random } = context;
  const gradient = floats(joint[gradientName(target)]);
  const start = floats(feeds[target]);
  const direction = randomArray([start.length], random);
  const at = (steps: number): Promise<number> =>
    lossAt(
      context,
      start.map((value, index) => value + steps * step * (direction[index] ?? 0)),
    );
  // The five-point formula, whose error grows with the fourth power of the step.
  const near = (await at(1)) - (await at(-1));
  const far = (await at(2)) - (await at(-2));
  const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return {
    input: target,
    gradient: gradient.reduce((sum, value, index) => sum + value * (direction[index] ?? 0), 0),
    difference: (8 * near - far) / (12 * step),
    scale: norm(gradient) * norm(direction),
  };
}

/** Sum of all results, weighted by the seeds. */
async function lossAt({ forward, feeds, seeds, target }: Differences, data: Float32Array): Promise<number> {
  const { shape } = present(feeds[target]);
  const results = await forward.run({ ...feeds, [target]: { dataType: 'float32', shape, data } });
  let loss = 0;
  for (const [name, seed] of Object.entries(seeds)) {
    const weights = floats(seed);
    floats(results[name.slice(gradientName('').length)]).forEach((value, index) => {
      loss += value * (weights[index] ?? 0);
    });
  }
  return loss;
}

/** Runs a model once. */
export async function runOnce(model: OnnxModel, feeds: NamedTensors): Promise<Record<string, Tensor>> {
  const session = await createSession(encodeModel(model), { threads: 1 });
  try {
    return await session.run(pick(session, feeds));
  } finally {
    await session.release();
  }
}

/** Runs both halves of a gradient graph, one after the other. Gives the outputs and the gradients. */
export async function runSplit(gradients: GradientGraph, feeds: NamedTensors): Promise<Record<string, Tensor>> {
  const { forward, backward } = splitAtSeam(gradients);
  const results = await runOnce(forward, feeds);
  return { ...results, ...(await runOnce(backward, { ...feeds, ...results })) };
}

/** Largest absolute difference of two float32 tensors; infinite if their shapes differ. */
export function largestDifference(left: Tensor | undefined, right: Tensor | undefined): number {
  const other = floats(right);
  if (left?.shape.join() !== right?.shape.join()) return Infinity;
  return floats(left).reduce((largest, value, index) => {
    const difference = Math.abs(value - (other[index] ?? NaN));
    return difference <= largest ? largest : difference;
  }, 0);
}

/** The elements of a float32 tensor, or a failed test. */
export function floats(tensor: Tensor | undefined): Float32Array {
  const { dataType, data } = present(tensor);
  if (dataType === 'float32' && data instanceof Float32Array) return data;
  throw new PolyheadError('INTERNAL', { message: `a tensor of type ${dataType} where the test needs float32` });
}

/** The value, or a failed test. */
export function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new PolyheadError('INTERNAL', { message: 'a value that the test needs is missing' });
  return value;
}

function pick(session: Session, feeds: NamedTensors): NamedTensors {
  return Object.fromEntries(session.inputs.map(({ name }) => [name, present(feeds[name])]));
}

function createCaseModel(ruleCase: RuleCase): { readonly model: OnnxModel; readonly outputs: readonly string[] } {
  const { operator, attributes = {}, opset = 20, outputs = 1 } = ruleCase;
  const builder = createGraphBuilder({ name: operator, opset });
  const names = ruleCase.inputs(checkedSizes).map((input, index) => {
    const name = inputName(index);
    if (input.kind === 'missing') return '';
    if (input.kind === 'constant') return builder.initializer(name, toTensor(input));
    const dataType = input.kind === 'trained' ? 'float32' : input.dataType;
    return builder.input(name, { dataType, shape: input.shape.map(() => undefined) });
  });
  const results = builder.node(operator, names, { attributes, outputs });
  const used = (ruleCase.used ?? results.map((_, index) => index)).map((index) => present(results[index]));
  used.forEach((name, index) => {
    builder.output(`y${index}`, name, { dataType: 'float32', shape: undefined });
  });
  return { model: builder.build(), outputs: used.map((_, index) => `y${index}`) };
}

function createFeeds(inputs: readonly CaseInput[], random: RandomGenerator): NamedTensors {
  return Object.fromEntries(
    inputs.flatMap((input, index): [string, Tensor][] => {
      if (input.kind === 'trained') return [[inputName(index), randomTensor(input, random)]];
      return input.kind === 'input' ? [[inputName(index), toTensor(input)]] : [];
    }),
  );
}

function inputName(index: number): string {
  return `x${index}`;
}

function toTensor({ dataType, shape, values }: FixedInput): Tensor {
  switch (dataType) {
    case 'int64':
      return { dataType, shape, data: BigInt64Array.from(values, BigInt) };
    case 'bool':
      return { dataType, shape, data: Uint8Array.from(values) };
    case 'float32':
      return { dataType, shape, data: Float32Array.from(values) };
  }
}

function randomTensor({ shape, values }: TrainedInput, random: RandomGenerator): Tensor {
  const data = randomArray(shape, random);
  switch (values) {
    case 'smooth':
      return { dataType: 'float32', shape, data };
    case 'positive':
      return { dataType: 'float32', shape, data: data.map((value) => 1.25 + 0.75 * value) };
    case 'separated': {
      // Places in sorted order, half a step away from 0.
      const order = [...data.keys()].sort((a, b) => (data[a] ?? 0) - (data[b] ?? 0));
      const middle = Math.floor(order.length / 2);
      order.forEach((place, rank) => {
        data[place] = (rank - middle + 0.5) * 0.25;
      });
      return { dataType: 'float32', shape, data };
    }
  }
}

/** Numbers from -1 to 1. */
function randomArray(shape: readonly number[], random: RandomGenerator): Float32Array {
  const length = shape.reduce((product, size) => product * size, 1);
  return Float32Array.from({ length }, () => 2 * random.next() - 1);
}
