import { describe, expect, it } from 'vitest';

import { buildEncoderModel } from '../architectures/build-encoder-model.ts';
import { largestDifference, present, readArchitectureGolden } from '../testing/golden.ts';
import { runModel } from '../testing/run-model.ts';
import { liftInitializers } from './lift-initializers.ts';

const names = ['encoder.layer.0.output.dense.weight', 'embeddings.LayerNorm.bias'];

describe('liftInitializers', () => {
  it('makes parameters inputs that decide the result', async () => {
    const golden = await readArchitectureGolden('bert');
    const { model } = await buildEncoderModel(golden.directory);
    const lifted = liftInitializers(model, names);
    expect(lifted.graph.inputs.slice(3)).toEqual([
      { name: names[0], dataType: 'float32', shape: [32, 64] },
      { name: names[1], dataType: 'float32', shape: [32] },
    ]);
    expect(lifted.graph.initializers).toHaveLength(model.graph.initializers.length - 2);
    const values = Object.fromEntries(
      model.graph.initializers.filter(({ name }) => names.includes(name)).map(({ name, tensor }) => [name, tensor]),
    );
    const outputs = await runModel(lifted, { ...golden.inputs, ...values });
    expect(largestDifference(present(outputs['last_hidden_state']), golden)).toBeLessThan(1e-5);
    const zero = { dataType: 'float32', shape: [32], data: new Float32Array(32) } as const;
    const changed = await runModel(lifted, { ...golden.inputs, ...values, [present(names[1])]: zero });
    expect(largestDifference(present(changed['last_hidden_state']), golden)).toBeGreaterThan(1e-3);
  });

  it('keeps one input where an old file lists an initializer as input too', async () => {
    const { model } = await buildEncoderModel((await readArchitectureGolden('bert')).directory);
    const [name = ''] = names;
    const listed = { name, dataType: 'float32', shape: [32, 64] } as const;
    const old = { ...model, graph: { ...model.graph, inputs: [...model.graph.inputs, listed] } };
    const lifted = liftInitializers(old, [name]);
    expect(lifted.graph.inputs.filter((input) => input.name === name)).toEqual([listed]);
  });

  it('refuses names that are no float32 initializers, or come twice', async () => {
    const { model } = await buildEncoderModel((await readArchitectureGolden('bert')).directory);
    for (const wrong of [['nothing'], ['integers(1)'], [names[0] ?? '', names[0] ?? '']]) {
      expect(() => liftInitializers(model, wrong)).toThrow(expect.objectContaining({ code: 'GRAPH_INVALID' }));
    }
  });
});
