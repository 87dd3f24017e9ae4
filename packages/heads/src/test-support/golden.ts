import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { decodeSafetensors, toFloat32 } from '@polyhead/onnx';
import { createRandomGenerator } from '@polyhead/numerics';
import type { FitOptions, Matrix, MultiLabelTargets, SingleLabelTargets, Tensor } from '@polyhead/types';

interface LogisticCase {
  readonly C: number;
  readonly fit_intercept: boolean;
  readonly class_weight: readonly number[] | null;
  readonly sample_weight: boolean;
  readonly objective: number;
}

interface GoldenIndex {
  readonly label_names: Readonly<Record<string, readonly string[]>>;
  readonly train_rows: Readonly<Record<string, number>>;
  readonly labels: {
    readonly sst2: readonly number[];
    readonly emotion: readonly number[];
    readonly go_emotions: readonly string[];
  };
  readonly sample_weight: readonly number[];
  /** Labels of go_emotions in the order of the chain. */
  readonly chain_order: readonly number[];
  readonly logistic: Readonly<Record<string, LogisticCase>>;
  readonly others: Readonly<Record<string, { readonly objective?: number }>>;
}

function readGolden(name: string): Buffer {
  return readFileSync(new URL(`../golden/${name}`, import.meta.url));
}

/** heads.json: labels, splits and objectives. */
export const golden: GoldenIndex = JSON.parse(readGolden('heads.json').toString('utf8')) as GoldenIndex;
const embeddings = decodeSafetensors(readGolden('embeddings.safetensors')).tensors;
const expectedTensors = decodeSafetensors(readGolden('expected.safetensors')).tensors;

function requireTensor(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const tensor = tensors.get(name);
  assert(tensor !== undefined, `no golden tensor ${name}`);
  return tensor;
}

/** A tensor of expected.safetensors as plain numbers. */
export function expected(name: string): number[] {
  return Array.from(requireTensor(expectedTensors, name).data, Number);
}

type Dataset = 'sst2' | 'emotion' | 'go_emotions';

/** Training and held-out rows of one data set. */
export interface GoldenData {
  readonly labels: readonly string[];
  readonly train: Matrix;
  readonly heldOut: Matrix;
}

export function goldenData(dataset: Dataset): GoldenData {
  const tensor = requireTensor(embeddings, dataset);
  const [rows = 0, columns = 0] = tensor.shape;
  const data = toFloat32(tensor);
  const split = golden.train_rows[dataset] ?? 0;
  return {
    labels: golden.label_names[dataset] ?? [],
    train: { data: data.slice(0, split * columns), rows: split, columns },
    heldOut: { data: data.slice(split * columns), rows: rows - split, columns },
  };
}

export function singleLabelTargets(dataset: 'sst2' | 'emotion'): SingleLabelTargets {
  const { labels, train } = goldenData(dataset);
  return { task: 'single-label', labels, classIndices: Int32Array.from(golden.labels[dataset].slice(0, train.rows)) };
}

export function multiLabelTargets(): MultiLabelTargets {
  const { labels, train } = goldenData('go_emotions');
  const digits = golden.labels.go_emotions.slice(0, train.rows).join('');
  return { task: 'multi-label', labels, indicators: Uint8Array.from(digits, Number) };
}

/** The largest absolute difference; lengths must agree. */
export function largestDifference(actual: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (actual.length !== wanted.length) return Infinity;
  let largest = 0;
  for (let index = 0; index < wanted.length; index += 1) {
    const difference = Math.abs((actual[index] ?? Number.NaN) - (wanted[index] ?? Number.NaN));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

export const fitOptions: FitOptions = { random: createRandomGenerator(1) };
