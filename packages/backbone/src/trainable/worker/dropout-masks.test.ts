import { describe, expect, it } from 'vitest';
import { countNumbers } from '../parameter-layout.ts';
import { evaluateShape } from '../shape-formula.ts';
import { fillDropoutMasks } from './dropout-masks.ts';
import type { DropoutMask } from './messages.ts';

const fixed = (factor: number): DropoutMask['shape'][number] => ({ factor, sizes: [], offset: 0 });
const batch = { factor: 1, sizes: ['batch'], offset: 0 } as const;
const sequence = { factor: 1, sizes: ['sequence'], offset: 0 } as const;
const tokens = { factor: 1, sizes: ['batch', 'sequence'], offset: 0 } as const;
const probability = 0.4;
const heads = 2;

const attention: DropoutMask = { name: 'attention', probability, shape: [batch, fixed(heads), sequence, sequence] };
const hidden: DropoutMask = { name: 'hidden', probability, shape: [tokens, fixed(5)] };
const first: DropoutMask = { name: 'first', probability, shape: [batch, fixed(50)] };
const positions: DropoutMask = { name: 'positions', probability, shape: [fixed(7), fixed(5)] };
const sites = [attention, hidden, first, positions];

interface MaskedBatch {
  readonly lengths: readonly number[];
  readonly places: readonly number[];
  readonly sequence: number;
  readonly seed?: number;
}

/** The masks, in the order of `sites`. */
function makeMasks({ lengths, places, sequence: padded, seed = 1 }: MaskedBatch): Float32Array[] {
  const sizes = { batch: lengths.length, sequence: padded, wordRows: 0 };
  const targets = sites.map(({ shape }) => new Float32Array(countNumbers(evaluateShape(shape, sizes))).fill(NaN));
  fillDropoutMasks({ sites, targets }, { lengths, sequence: padded }, { seed, places });
  return targets;
}

/** What the attention mask of a row says of pairs of its own tokens, and of the others. */
function pairsOf(mask: Float32Array, row: number, { length, padded }: { length: number; padded: number }) {
  const own: number[] = [];
  const others: number[] = [];
  for (let head = 0; head < heads; head++) {
    for (let query = 0; query < padded; query++) {
      for (let key = 0; key < padded; key++) {
        const value = mask[((row * heads + head) * padded + query) * padded + key] ?? NaN;
        (query < length && key < length ? own : others).push(value);
      }
    }
  }
  return { own, others };
}

const at = (masks: readonly Float32Array[], site: number): Float32Array => masks[site] ?? new Float32Array(0);

describe('dropout masks', () => {
  it('are those of the text alone, whatever it is padded to and goes together with', () => {
    const [length, padded] = [4, 9];
    const alone = makeMasks({ lengths: [length], places: [3], sequence: length });
    const together = makeMasks({ lengths: [padded, length], places: [0, 3], sequence: padded });
    const pairs = pairsOf(at(together, 0), 1, { length, padded });
    expect(pairs.own).toEqual([...at(alone, 0)]);
    expect(new Set(pairs.others)).toEqual(new Set([1]));
    const start = padded * 5;
    expect(at(together, 1).slice(start, start + length * 5)).toEqual(at(alone, 1));
    expect(new Set(at(together, 1).slice(start + length * 5))).toEqual(new Set([1]));
    expect(at(together, 2).slice(50)).toEqual(at(alone, 2));
    expect(at(together, 3)).toEqual(at(alone, 3));
  });

  it('differ between texts, sites and seeds', () => {
    const [one, other] = [0, 1].map((place) => makeMasks({ lengths: [10], places: [place], sequence: 10 }));
    const reseeded = makeMasks({ lengths: [10], places: [0], sequence: 10, seed: 2 });
    if (one === undefined || other === undefined) throw new Error('no masks');
    for (const site of [0, 1, 2]) expect(at(one, site)).not.toEqual(at(other, site));
    for (const site of [0, 1, 2, 3]) expect(at(one, site)).not.toEqual(at(reseeded, site));
    expect(at(one, 1)).not.toEqual(at(one, 2));
    expect(at(one, 3)).not.toEqual(at(one, 1).slice(0, 35));
    expect(new Set(at(one, 0))).toEqual(new Set([0, Math.fround(1 / (1 - probability))]));
  });
});
