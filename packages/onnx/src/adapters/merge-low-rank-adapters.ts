import { PolyheadError, type Tensor } from '@polyhead/types';

import { toFloat32 } from '../tensor/to-float32.ts';
import { adapterOfPart, type LowRankAdapter } from './adapter-names.ts';
import { assertAdapterScale, type AdapterScale } from './adapter-scale.ts';
import { addScaledProduct } from './kernels/add-scaled-product.ts';

/**
 * Weights with their adapters worked in: `W + (alpha / rank) B A`. A model with these weights and without adapters computes
 * what the adapted model computes.
 * @param weights by name; those without an adapter stay as they are
 * @param adapters matrices of {@link addLowRankAdapters} or {@link readLowRankAdapters} by name; other tensors are ignored
 * @throws {PolyheadError} TENSOR_MISSING if the weight or half of an adapter is not there, TENSOR_SHAPE_MISMATCH
 */
export function mergeLowRankAdapters(
  weights: ReadonlyMap<string, Tensor>,
  adapters: ReadonlyMap<string, Tensor>,
  scale: AdapterScale,
): Map<string, Tensor> {
  assertAdapterScale(scale);
  const merged = new Map(weights);
  for (const part of adapters.keys()) {
    const adapter = adapterOfPart(part);
    if (adapter !== undefined) merged.set(adapter.weight, mergeOne(adapter, { weights, adapters, scale }));
  }
  return merged;
}

interface MergeParts {
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly adapters: ReadonlyMap<string, Tensor>;
  readonly scale: AdapterScale;
}

function mergeOne(adapter: LowRankAdapter, { weights, adapters, scale }: MergeParts): Tensor {
  const { rank, alpha } = scale;
  const weight = find(weights, adapter.weight);
  const [outputs = 0, inputs = 0] = weight.shape;
  const up = find(adapters, adapter.up);
  const down = find(adapters, adapter.down);
  assertShape(adapter.up, up, [outputs, rank]);
  assertShape(adapter.down, down, [rank, inputs]);
  const data = addScaledProduct(toFloat32(weight), toFloat32(up), toFloat32(down), rank, alpha / rank);
  return { dataType: 'float32', shape: weight.shape, data };
}

function find(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const tensor = tensors.get(name);
  if (tensor !== undefined) return tensor;
  throw new PolyheadError('TENSOR_MISSING', {
    message: `Adapters cannot be merged: there is no tensor "${name}".`,
    remedy: 'Use adapters that were made for this model, with both of their matrices.',
    details: { tensor: name },
  });
}

function assertShape(name: string, { shape }: Tensor, expected: readonly number[]): void {
  if (shape.length === expected.length && shape.every((size, axis) => size === expected[axis])) return;
  throw new PolyheadError('TENSOR_SHAPE_MISMATCH', {
    message: `Adapter tensor "${name}" has the shape [${shape.join(', ')}], but its weight and rank ask for [${expected.join(', ')}].`,
    remedy: 'Use adapters that were made for this model, and their own rank.',
    details: { tensor: name, shape: [...shape], expected: [...expected] },
  });
}
