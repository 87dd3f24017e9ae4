import { describe, expect, it } from 'vitest';
import { planMemory, type MemoryPlan } from './memory-plan.ts';
import { planMicroBatches } from './micro-batches.ts';
import { placeParameters } from './parameter-layout.ts';

const tokens = ({ batch, sequence }: { batch: number; sequence: number }): number => batch * sequence;
const layout = placeParameters([{ name: 'weight', shape: [1024, 1024], role: 'weight', layer: 1 }], {
  isTrained: () => true,
  learningRateScale: () => 1,
});

/** A plan for a graph that saves 1 MB a token and works with a tenth of that. */
function plan(budget: number, microBatchTokens = 64): MemoryPlan {
  return planMemory({
    budget,
    workers: 2,
    layout,
    sharedBytes: 1e6,
    memory: {
      saved: (sizes) => 1e6 * tokens(sizes),
      masks: () => 0,
      forward: (sizes) => 1e5 * tokens(sizes),
      unsavedForward: (sizes) => 1e5 * tokens(sizes),
      backward: (sizes) => 1e5 * tokens(sizes),
      joint: (sizes) => 5e5 * tokens(sizes),
    },
    microBatchTokens,
    maximumLength: 16,
  });
}

function batches(rows: number, { microBatchTokens }: MemoryPlan) {
  return planMicroBatches(new Array<number>(rows).fill(16), { workers: 2, maximumTokens: microBatchTokens });
}

describe('planMemory', () => {
  it('keeps activations while they fit, and has them computed again when they do not', () => {
    const roomy = plan(1e9);
    expect(roomy.microBatchTokens).toBe(64);
    expect(roomy.choose(batches(8, roomy))).toEqual({ keep: true, makeRoom: false });
    expect(roomy.choose(batches(64, roomy)).keep).toBe(false);
  });

  it('counts what either way has taken when batches of both kinds follow each other', () => {
    const roomy = plan(1e9);
    // Of 428 MB a worker, 32 rows keep 256 MB and need 38 MB for their passes; computing again takes 90 MB from then on.
    expect(roomy.choose(batches(32, roomy))).toEqual({ keep: true, makeRoom: false });
    expect(roomy.choose(batches(64, roomy))).toEqual({ keep: false, makeRoom: false });
    expect(roomy.choose(batches(32, roomy)).keep).toBe(true);
    expect(roomy.choose(batches(44, roomy)).keep).toBe(false);
    const full = plan(1e9);
    expect(full.choose(batches(44, full))).toEqual({ keep: true, makeRoom: false });
    expect(full.choose(batches(64, full))).toEqual({ keep: false, makeRoom: true });
    expect(full.choose(batches(64, full))).toEqual({ keep: false, makeRoom: false });
    expect(full.choose(batches(44, full)).keep).toBe(false);
  });

  it('makes micro-batches smaller until they fit', () => {
    expect(plan(1e9, 1024).microBatchTokens).toBe(256);
    expect(plan(2.5e8, 1024).microBatchTokens).toBeLessThan(64);
  });

  it('refuses a budget that holds no text of the maximum length, and says what would', () => {
    const refusal: unknown = expect.objectContaining({ code: 'MEMORY_TOO_SMALL' });
    expect(() => plan(1e6)).toThrow(refusal);
    try {
      plan(1e6);
    } catch (error) {
      const needed = (error as { details: { needed: number } }).details.needed;
      expect(plan(needed).microBatchTokens).toBe(16);
      expect(() => plan(needed - 1e6)).toThrow(refusal);
    }
  });
});
