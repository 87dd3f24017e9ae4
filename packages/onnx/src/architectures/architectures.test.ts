import { describe, expect, it } from 'vitest';

import { largestDifference, present, readArchitectureGolden } from '../testing/golden.ts';
import { runModel } from '../testing/run-model.ts';
import { buildEncoderModel } from './build-encoder-model.ts';

describe('buildEncoderModel', () => {
  it.each([['bert', ['input_ids', 'attention_mask', 'token_type_ids'], 64]])(
    'reproduces the states of %s',
    async (name, inputs, maximumPositions) => {
      const golden = await readArchitectureGolden(name);
      const { model, configuration } = await buildEncoderModel(golden.directory);
      expect(model.graph.inputs.map((input) => input.name)).toEqual(inputs);
      expect(configuration).toMatchObject({ modelType: name, hiddenSize: 32, maximumPositions });
      const outputs = await runModel(model, golden.inputs);
      expect(largestDifference(present(outputs['last_hidden_state']), golden)).toBeLessThan(1e-5);
    },
  );
});
