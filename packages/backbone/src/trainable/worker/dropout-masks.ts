import { fillDropoutMask } from '@polyhead/numerics';
import { countNumbers } from '../parameter-layout.ts';
import { evaluateShape } from '../shape-formula.ts';
import type { DropoutChoice, DropoutMask } from './messages.ts';

/** The texts of a micro-batch. */
export interface MaskedTexts {
  /** Tokens of each. */
  readonly lengths: readonly number[];
  /** Tokens that each is padded to. */
  readonly sequence: number;
}

/** The place of masks that all texts of a pass share; those of texts count from 1. */
const sharedPlace = 0;

/**
 * Fills the masks of a micro-batch. What is dropped of a text depends on the seed, on the text's place in the pass and on its
 * length alone, so that the masks are the same however a pass is cut into micro-batches and padded. Padding keeps all.
 * @param masks `targets[site]` is the mask of `sites[site]`
 */
export function fillDropoutMasks(
  { sites, targets }: { readonly sites: readonly DropoutMask[]; readonly targets: readonly Float32Array[] },
  { lengths, sequence }: MaskedTexts,
  { seed, places }: DropoutChoice,
): void {
  sites.forEach(({ probability, shape: formula }, site) => {
    const target = targets[site] ?? new Float32Array(0);
    const streamOf = (place: number): number => place * sites.length + site;
    const isPerText = formula[0]?.sizes.includes('batch') === true;
    if (!isPerText) {
      fillDropoutMask(target, { seed, stream: streamOf(sharedPlace), probability });
      return;
    }
    const shapeOf = (tokens: number): number[] => evaluateShape(formula, { batch: 1, sequence: tokens, wordRows: 0 });
    const padded = shapeOf(sequence);
    const size = countNumbers(padded);
    lengths.forEach((length, row) => {
      const part = target.subarray(row * size, (row + 1) * size);
      const options = { seed, stream: streamOf(1 + (places[row] ?? row)), probability };
      const own = shapeOf(length);
      if (countNumbers(own) === size) {
        fillDropoutMask(part, options);
        return;
      }
      const mask = new Float32Array(countNumbers(own));
      fillDropoutMask(mask, options);
      copyPadded({ data: mask, shape: own }, { data: part, shape: padded });
    });
  });
}

interface Block {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** Puts a block into the corner of a larger one, whose other numbers become 1. */
function copyPadded(source: Block, target: Block): void {
  target.data.fill(1);
  const sizesOf = (shape: readonly number[]): number[] => shape.map((_, axis) => countNumbers(shape.slice(axis)));
  const [sourceSizes, targetSizes] = [sizesOf(source.shape), sizesOf(target.shape)];
  // From the last axis that differs on, what is copied is in one piece.
  const pieceAxis = source.shape.findLastIndex((size, axis) => size !== target.shape[axis]);
  const copy = (axis: number, from: number, to: number): void => {
    if (axis === pieceAxis) {
      target.data.set(source.data.subarray(from, from + (sourceSizes[axis] ?? 0)), to);
      return;
    }
    const [sourceStep = 0, targetStep = 0] = [sourceSizes[axis + 1], targetSizes[axis + 1]];
    for (let index = 0; index < (source.shape[axis] ?? 0); index++) {
      copy(axis + 1, from + index * sourceStep, to + index * targetStep);
    }
  };
  copy(0, 0, 0);
}
