import type { Tensor } from '@polyhead/types';

import type { DropoutSite } from '../blocks/dropout.ts';

/** Sizes of the reference inputs of tiny encoders. */
const lengths: Readonly<Record<string, number>> = { batch: 3, sequence: 40, tokens: 120 };

/** A dropout mask with the same number everywhere, for the reference inputs of tiny encoders. */
export function createMask({ shape }: DropoutSite, fill: number): Tensor {
  const sizes = shape.map((size) => (typeof size === 'number' ? size : (lengths[size] ?? NaN)));
  const count = sizes.reduce((product, size) => product * size, 1);
  return { dataType: 'float32', shape: sizes, data: new Float32Array(count).fill(fill) };
}

/** Masks of ones for all sites. */
export function createMasks(sites: readonly DropoutSite[]): Record<string, Tensor> {
  return Object.fromEntries(sites.map((site) => [site.name, createMask(site, 1)]));
}
