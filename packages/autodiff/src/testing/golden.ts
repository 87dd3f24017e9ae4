import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { readSafetensors, toFloat32, type OnnxModel } from '@polyhead/onnx';
import type { NamedTensors } from '@polyhead/runtime';
import type { Tensor } from '@polyhead/types';

import { floats, largestDifference, present } from './finite-differences.ts';

/** Reference inputs and gradients of one tiny model. */
export interface GradientGolden {
  readonly directory: string;
  /** int64 token ids, mask and type ids by input name. */
  readonly inputs: NamedTensors;
  /** Everything else of expected.safetensors. */
  readonly expected: ReadonlyMap<string, Tensor>;
  /** Gradients by names of parameters. */
  readonly gradients: ReadonlyMap<string, Tensor>;
  /** Names of parameters whose gradient is mathematically zero. */
  readonly zeros: readonly string[];
}

/** Path of a golden file or folder. */
export function goldenPath(name: string): string {
  return fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
}

/** Reads the reference gradients of one tiny model. */
export async function readGradientGolden(name: string): Promise<GradientGolden> {
  const { tensors } = await readSafetensors(goldenPath(`${name}/expected.safetensors`));
  const inputs = [...tensors].flatMap(([key, tensor]): [string, Tensor][] =>
    key.startsWith('inputs.') ? [[key.slice('inputs.'.length), toInt64(tensor)]] : [],
  );
  const { mathematically_zero: zeros } = JSON.parse(await readFile(goldenPath('architectures.json'), 'utf8')) as {
    mathematically_zero: Record<string, readonly string[]>;
  };
  return {
    directory: goldenPath(name),
    inputs: Object.fromEntries(inputs),
    expected: tensors,
    gradients: (await readSafetensors(goldenPath(`${name}/gradients.safetensors`))).tensors,
    zeros: present(zeros[name]),
  };
}

/** Token inputs of two sizes, for the inputs that an encoder graph has. */
export function createProbes(model: OnnxModel): readonly NamedTensors[] {
  const sizes = [
    [2, 5],
    [3, 7],
  ] as const;
  return sizes.map(([batch, length]) =>
    Object.fromEntries(
      model.graph.inputs.map(({ name }) => [name, integers([batch, length], (place) => probeElement(name, place))]),
    ),
  );
}

function probeElement(name: string, place: number): number {
  if (name === 'input_ids') return 3 + ((place * 7) % 50);
  return name === 'attention_mask' ? 1 : place % 2;
}

/** An int64 tensor. */
export function integers(shape: readonly number[], element: (place: number) => number): Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  return { dataType: 'int64', shape, data: BigInt64Array.from({ length }, (_, place) => BigInt(element(place))) };
}

function toInt64(tensor: Tensor): Tensor {
  const values = toFloat32(tensor);
  return integers(tensor.shape, (place) => values[place] ?? 0);
}

/** Largest difference by largest entry of the expected tensor; infinite if shapes differ. */
export function relativeError(actual: Tensor | undefined, expected: Tensor): number {
  if (actual?.shape.join() !== expected.shape.join()) return Infinity;
  const values = floats(actual);
  let difference = 0;
  let largest = 0;
  toFloat32(expected).forEach((value, index) => {
    const distance = Math.abs(value - (values[index] ?? NaN));
    difference = distance <= difference ? difference : distance;
    largest = Math.max(largest, Math.abs(value));
  });
  return difference / largest;
}

/** Relative difference of the gradients by the split and the whole graph; the absolute one for mathematical zeros. */
export function differenceOfHalves(whole: Tensor | undefined, split: Tensor | undefined, isZero: boolean): number {
  return isZero ? largestDifference(whole, split) : relativeError(split, present(whole));
}
