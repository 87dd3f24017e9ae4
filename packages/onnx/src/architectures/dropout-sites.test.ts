import type { Tensor } from '@polyhead/types';
import { describe, expect, it } from 'vitest';

import { createMask, createMasks } from '../testing/create-masks.ts';
import { goldenPath, present, readArchitectureGolden, type ArchitectureGolden } from '../testing/golden.ts';
import { runModel } from '../testing/run-model.ts';
import { buildEncoderModel } from './build-encoder-model.ts';
import { supportedModelTypes } from './start-graph.ts';

const bertLayer = ['attention_probabilities', 'attention_output', 'feed_forward_output'];
/** What the reference implementation has in training: sites of every layer, by architecture. */
const layerSites: Readonly<Record<string, readonly string[]>> = {
  bert: bertLayer,
  roberta: bertLayer,
  'xlm-roberta': bertLayer,
  camembert: bertLayer,
  mpnet: bertLayer,
  electra: bertLayer,
  distilbert: ['attention_probabilities', 'feed_forward_output'],
  albert: ['attention_probabilities', 'attention_output'],
  'deberta-v2': ['relative_positions', ...bertLayer],
  modernbert: ['attention_probabilities', 'attention_output', 'feed_forward_inner'],
};

async function runAtTokens(
  model: Parameters<typeof runModel>[0],
  feeds: Readonly<Record<string, Tensor>>,
  { inputs }: ArchitectureGolden,
): Promise<number[]> {
  const { last_hidden_state: states } = await runModel(model, { ...inputs, ...feeds });
  const mask = present(inputs['attention_mask']).data;
  return [...present(states).data].map(Number).filter((_, index) => Number(mask[Math.floor(index / 32)]) === 1);
}

describe('buildEncoderModel with dropout', () => {
  it('is tested for every supported model type', () => {
    expect(Object.keys(layerSites).sort()).toEqual([...supportedModelTypes].sort());
  });

  it.each(Object.entries(layerSites))(
    'has the sites of %s as inputs, and masks of ones change nothing',
    async (name, sites) => {
      const golden = await readArchitectureGolden(name);
      const plain = await buildEncoderModel(golden.directory);
      expect(plain.dropoutSites).toEqual([]);
      const { model, dropoutSites, configuration } = await buildEncoderModel(golden.directory, { dropout: 0.25 });
      const suffix = name === 'albert' ? '.0' : '';
      const expected = Array.from({ length: configuration.layerCount }, (_, layer) =>
        sites.map((site) => `dropout/layer.${layer}${suffix}.${site}`),
      );
      expect(dropoutSites.map((site) => site.name)).toEqual(['dropout/embeddings', ...expected.flat()]);
      expect(new Set(dropoutSites.map(({ probability }) => probability))).toEqual(new Set([0.25]));
      const added = dropoutSites.map((site) => ({ name: site.name, dataType: 'float32', shape: site.shape }));
      expect(model.graph.inputs.filter((input) => input.name.startsWith('dropout/'))).toEqual(added);

      const masks = createMasks(dropoutSites);
      const states = await runAtTokens(model, masks, golden);
      expect(states).toEqual(await runAtTokens(plain.model, {}, golden));
      for (const site of dropoutSites) {
        const changed = await runAtTokens(model, { ...masks, [site.name]: createMask(site, 0.5) }, golden);
        expect(changed, site.name).not.toEqual(states);
      }
    },
  );

  it('takes probabilities from the configuration and leaves out sites where they are 0', async () => {
    const { dropoutSites } = await buildEncoderModel(goldenPath('bert'), { dropout: true });
    expect(dropoutSites).toHaveLength(7);
    expect(dropoutSites[1]).toEqual({
      name: 'dropout/layer.0.attention_probabilities',
      probability: 0.1,
      shape: ['batch', 4, 'sequence', 'sequence'],
    });
    expect((await buildEncoderModel(goldenPath('modernbert'), { dropout: true })).dropoutSites).toEqual([]);
    expect((await buildEncoderModel(goldenPath('bert'), { dropout: 0 })).dropoutSites).toEqual([]);
  });

  it('refuses a probability of 1 or more', async () => {
    for (const dropout of [1, -0.1, NaN]) {
      await expect(buildEncoderModel(goldenPath('bert'), { dropout })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    }
  });
});
