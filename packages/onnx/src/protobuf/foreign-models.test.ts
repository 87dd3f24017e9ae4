import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { goldenPath, largestDifference, present, readArchitectureGolden } from '../testing/golden.ts';
import { runModel } from '../testing/run-model.ts';
import { decodeModel } from './decode-model.ts';
import { encodeModel } from './encode-model.ts';

describe.each(['bert', 'xlm-roberta'])('models of %s from foreign exporters', (architecture) => {
  it.each([
    ['onnx-torchscript-opset14', 14],
    ['onnx-dynamo-opset18', 18],
    ['onnx-optimum', 14],
  ])('%s is read, written and read again without a change, and still computes the same', async (file, opset) => {
    const bytes = new Uint8Array(await readFile(goldenPath(`${architecture}/${file}.onnx`)));
    const model = decodeModel(bytes);
    expect(model.opsets).toContainEqual({ domain: '', version: opset });
    expect(model.graph.inputs.map(({ name }) => name).slice(0, 2)).toEqual(['input_ids', 'attention_mask']);
    expect(model.graph.inputs[0]?.shape).toEqual([expect.any(String), expect.any(String)]);

    const again = encodeModel(model);
    expect(decodeModel(again)).toEqual(model);

    const golden = await readArchitectureGolden(architecture);
    const outputs = await runModel(again, golden.inputs);
    const name = present(model.graph.outputs[0]).name;
    expect(largestDifference(present(outputs[name]), golden)).toBeLessThan(1e-5);
  });
});
