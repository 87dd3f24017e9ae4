import { describe, expect, it } from 'vitest';

import { largestDifference, present, readArchitectureGolden } from '../testing/golden.ts';
import { runModel } from '../testing/run-model.ts';
import { buildEncoderModel } from './build-encoder-model.ts';

const plain = ['input_ids', 'attention_mask'];

describe('buildEncoderModel', () => {
  it.each([
    ['bert', [...plain, 'token_type_ids']],
    ['roberta', plain],
    ['xlm-roberta', plain],
    ['camembert', plain],
    ['distilbert', plain],
    ['mpnet', plain],
    ['electra', [...plain, 'token_type_ids']],
    ['albert', [...plain, 'token_type_ids']],
    ['deberta-v2', plain],
    ['modernbert', plain],
  ])('reproduces the states of %s', async (name, inputs) => {
    const golden = await readArchitectureGolden(name);
    const { model, configuration } = await buildEncoderModel(golden.directory);
    expect(model.graph.inputs.map((input) => input.name)).toEqual(inputs);
    expect(configuration).toMatchObject({ modelType: name, hiddenSize: 32, maximumPositions: 64 });
    const outputs = await runModel(model, golden.inputs);
    expect(largestDifference(present(outputs['last_hidden_state']), golden)).toBeLessThan(1e-5);
  });
});
