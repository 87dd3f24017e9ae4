import { describe, expect, it } from 'vitest';

import { buildEncoderModel } from '../architectures/build-encoder-model.ts';
import { supportedModelTypes } from '../architectures/start-graph.ts';
import { goldenPath } from '../testing/golden.ts';
import { removeDropout } from './remove-dropout.ts';

/** Operators in order, and what the graph takes: what does not depend on how values are named. */
function summarize({ graph }: Awaited<ReturnType<typeof buildEncoderModel>>['model']) {
  return {
    operators: graph.nodes.map(({ opType }) => opType),
    inputs: graph.inputs,
    initializers: graph.initializers.map(({ name }) => name).sort(),
  };
}

describe('removeDropout', () => {
  it.each(supportedModelTypes)('turns the training graph of %s into the one that is used', async (name) => {
    const plain = await buildEncoderModel(goldenPath(name));
    const { model, dropoutSites } = await buildEncoderModel(goldenPath(name), { dropout: 0.3 });
    expect(dropoutSites.length).toBeGreaterThan(0);
    const removed = removeDropout(model, dropoutSites);
    expect(summarize(removed)).toEqual(summarize(plain.model));
    expect(removed.graph.initializers[0]?.tensor).toBe(model.graph.initializers[0]?.tensor);
  });
});
