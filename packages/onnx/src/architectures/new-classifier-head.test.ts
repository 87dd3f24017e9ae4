import { createRandomGenerator } from '@polyhead/numerics';
import { describe, expect, it } from 'vitest';

import { toFloat32 } from '../tensor/to-float32.ts';
import { goldenPath, present } from '../testing/golden.ts';
import { buildClassifierModel, type ClassifierModel } from './build-classifier-model.ts';
import { findLibraryNames } from './library-names.ts';
import { supportedModelTypes } from './start-graph.ts';

const labels = ['entailment', 'not_entailment'];

function build(name: string, names: readonly string[] = labels): Promise<ClassifierModel> {
  return buildClassifierModel(goldenPath(name), {
    newHead: { labels: names, random: createRandomGenerator(1).fork('head') },
  });
}

function valuesOf({ model }: ClassifierModel, name: string): Float32Array {
  return toFloat32(present(model.graph.initializers.find((item) => item.name === name)).tensor);
}

describe('buildClassifierModel with a new head', () => {
  it.each(supportedModelTypes)('gives an encoder of the type %s one', async (name) => {
    const built = await build(name);
    expect(built.labels).toEqual(labels);
    expect(built.model.graph.outputs).toEqual([{ name: 'logits', dataType: 'float32', shape: ['batch', 2] }]);
    expect([...built.newWeights].filter((weight) => /classifier.*\.weight$/.test(weight)).length).toBeGreaterThan(0);
    const { prefix, classifierClass } = present(findLibraryNames(name));
    expect(classifierClass).toMatch(/^\w+ForSequenceClassification$/);
    const outside = [...built.libraryNames.values()].filter((weight) => !weight.startsWith(prefix));
    expect(outside.length).toBeGreaterThan(0);
    expect(outside.every((weight) => built.newWeights.has(weight))).toBe(true);
  });

  it('draws matrices from a normal distribution, biases are 0', async () => {
    const built = await build('roberta');
    const weights = valuesOf(built, 'classifier.dense.weight');
    const deviation = Math.sqrt(weights.reduce((sum, value) => sum + value ** 2, 0) / weights.length);
    expect(deviation).toBeGreaterThan(0.018);
    expect(deviation).toBeLessThan(0.022);
    expect(Math.abs(weights.reduce((sum, value) => sum + value, 0) / weights.length)).toBeLessThan(0.003);
    expect(valuesOf(built, 'classifier.out_proj.bias')).toEqual(new Float32Array(2));
    expect(valuesOf(await build('roberta'), 'classifier.dense.weight')).toEqual(weights);
    expect(new Set(valuesOf(await build('modernbert'), 'head.norm.weight'))).toEqual(new Set([1]));
  });

  it('keeps the layers of a classifier that fit', async () => {
    const whole = await buildClassifierModel(goldenPath('bert-nli'));
    expect(whole.newWeights.size).toBe(0);
    const same = await build('bert-nli', ['CONTRADICTION', 'neutral', 'entailment']);
    expect([same.labels, same.newWeights.size]).toEqual([whole.labels, 0]);
    expect(valuesOf(same, 'classifier.weight')).toEqual(valuesOf(whole, 'classifier.weight'));
    for (const names of [labels, ['positive', 'neutral', 'negative']]) {
      const other = await build('bert-nli', names);
      expect([other.labels, [...other.newWeights]]).toEqual([names, ['classifier.weight', 'classifier.bias']]);
      expect(valuesOf(other, 'pooler.dense.weight')).toEqual(valuesOf(whole, 'pooler.dense.weight'));
    }
    expect(new Set(same.libraryNames.values())).toEqual(new Set(whole.checkpointNames.values()));
  });
});
