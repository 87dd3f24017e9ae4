import type { CrossEncoder, ZeroShotClassifier, ZeroShotPrediction } from '@polyhead/types';
import type { LoadedCrossEncoder } from '@polyhead/backbone';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createZeroShotClassifier } from '../create-zero-shot-classifier.ts';
import { loadGoldenModel, readGoldenZeroShot, type GoldenCase, type GoldenModel } from '../testing/golden.ts';

const golden = readGoldenZeroShot();
const names = ['bert-3', 'deberta-2'] as const;
const models = new Map<GoldenModel, LoadedCrossEncoder>();
beforeAll(async () => {
  for (const name of names) models.set(name, await loadGoldenModel(name));
});
afterAll(() => Promise.all([...models.values()].map((model) => model.release())));

function modelOf(name: GoldenModel): LoadedCrossEncoder {
  const model = models.get(name);
  if (model === undefined) throw new Error(`No model ${name}`);
  return model;
}

/** The same model whose outputs have other names. */
function renamed(name: GoldenModel, labelMap: string): CrossEncoder {
  const model = modelOf(name);
  const labels = Object.values(golden.label_maps[name][labelMap] ?? {});
  return { ...model, description: { ...model.description, labels } };
}

const create = (name: GoldenModel, labelMap: string): Promise<ZeroShotClassifier> =>
  createZeroShotClassifier({ method: 'nli', model: renamed(name, labelMap) });

async function classifyCase(item: GoldenCase, classifier: ZeroShotClassifier): Promise<ZeroShotPrediction> {
  const [prediction] = await classifier.classify([golden.texts[item.text] ?? ''], {
    labels: item.candidate_labels,
    templates: item.template,
    multiLabel: item.multi_label,
  });
  if (prediction === undefined) throw new Error('No answer');
  return prediction;
}

/** Scores within 2e-5 (those of a 64-token BERT in float32 are exact to 3.3e-6), and the same order where they differ by more. */
function expectScores(prediction: ZeroShotPrediction, item: GoldenCase): void {
  const expected = new Map(item.labels.map((label, index) => [label, item.scores[index] ?? Number.NaN]));
  expect(prediction.scores.map(({ label }) => label).sort()).toEqual([...item.labels].sort());
  let before = 1;
  for (const { label, score } of prediction.scores) {
    const golden = expected.get(label) ?? Number.NaN;
    expect(Math.abs(score - golden)).toBeLessThan(2e-5);
    expect(golden).toBeLessThan(before + 2e-5);
    before = golden;
  }
}

describe('logits of the golden pairs', () => {
  it.each(names)('%s', async (name) => {
    const expected = golden.logits.filter(({ model }) => model === name);
    const pairs = expected.map(({ text, hypothesis }) => ({ first: golden.texts[text] ?? '', second: hypothesis }));
    const { data, columns, tokenCounts, truncated } = await modelOf(name).logits(pairs);
    expect(expected.length).toBeGreaterThan(280);
    expected.forEach(({ logits, tokens }, pair) => {
      logits.forEach((logit, column) => {
        expect(Math.abs((data[pair * columns + column] ?? Number.NaN) - logit)).toBeLessThan(5e-5);
      });
      expect(Math.min(tokenCounts[pair] ?? 0, 64)).toBe(tokens);
      expect(truncated[pair]).toBe((tokenCounts[pair] ?? 0) > 64 ? 1 : 0);
    });
    expect(truncated.reduce((sum, value) => sum + value, 0)).toBeGreaterThan(20);
  });
});

describe('scores of the pipeline', () => {
  // Where the pipeline's "contradiction" is another output, or labels repeat, see below.
  const known = golden.cases.filter(
    ({ label_map, note = '', candidate_labels }) =>
      label_map !== 'no names' &&
      label_map !== 'neutral first' &&
      !(note === 'repeated labels are kept' && new Set(candidate_labels).size < 2),
  );
  const maps = names.flatMap((name) => Object.keys(golden.label_maps[name]).map((map) => [name, map] as const));

  it.each(maps.filter(([, map]) => map !== 'no names' && map !== 'neutral first'))('%s: %s', async (name, map) => {
    const cases = known.filter(({ model, label_map }) => model === name && label_map === map);
    expect(cases.length).toBeGreaterThan(15);
    const classifier = await create(name, map);
    for (const item of cases) expectScores(await classifyCase(item, classifier), item);
  });

  it('are the same from one call for all texts, and from a stream', async () => {
    const cases = known.filter(
      (item) => item.model === 'bert-3' && item.label_map === 'entailment first' && !item.multi_label,
    );
    const classifier = await create('bert-3', 'entailment first');
    const inputs = cases.map(({ text, candidate_labels, template }) => ({
      text: golden.texts[text] ?? '',
      labels: candidate_labels,
      templates: template,
    }));
    const predictions = await classifier.classify(inputs);
    cases.forEach((item, index) => {
      const prediction = predictions[index];
      if (prediction === undefined) throw new Error('No answer');
      expectScores(prediction, item);
    });
    let index = 0;
    for await (const prediction of classifier.classifyStream(inputs)) {
      expect(prediction).toEqual(predictions[index++]);
    }
    expect(index).toBe(cases.length);
  });

  it('with neutral first: the pipeline holds entailment against output 0, this against contradiction by its name', async () => {
    const cases = golden.cases.filter(({ label_map }) => label_map === 'neutral first');
    const classifier = await create('bert-3', 'neutral first');
    // The names of outputs, in this order, that make the pipeline's output 0 contradiction as well.
    const asThePipeline = await create('bert-3', 'upper case, entailment in the middle');
    let differing = 0;
    for (const item of cases) {
      const prediction = await classifyCase(item, classifier);
      const isAgainst = item.multi_label || item.candidate_labels.length === 1;
      if (!isAgainst) expectScores(prediction, item);
      else {
        expectScores(await classifyCase(item, asThePipeline), item);
        if (Math.abs((prediction.scores[0]?.score ?? 0) - (item.scores[0] ?? 0)) > 1e-3) differing++;
      }
    }
    expect(differing).toBeGreaterThan(5);
  });

  it('without names: the pipeline takes the last output with a warning, this refuses unless it is told', async () => {
    const model = renamed('bert-3', 'no names');
    const message: unknown = expect.stringContaining('0 "LABEL_0", 1 "LABEL_1", 2 "LABEL_2"');
    await expect(createZeroShotClassifier({ method: 'nli', model })).rejects.toMatchObject({
      code: 'ENTAILMENT_NOT_FOUND',
      message,
    });
    const told = await createZeroShotClassifier({
      method: 'nli',
      model,
      nli: { entailment: 2, contradiction: 'LABEL_0' },
    });
    const cases = golden.cases.filter(({ label_map }) => label_map === 'no names');
    expect(cases).toHaveLength(18);
    for (const item of cases) expectScores(await classifyCase(item, told), item);
  });

  it('refuses repeated labels, which the pipeline keeps', async () => {
    const classifier = await create('bert-3', 'entailment first');
    await expect(classifier.classify(['a'], { labels: ['sports', 'sports'] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('classifies an empty text, which the pipeline refuses: a stream goes on', async () => {
    const classifier = await create('bert-3', 'entailment first');
    const [prediction] = await classifier.classify([''], { labels: ['a', 'b'] });
    expect(prediction?.scores.map(({ score }) => score).reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 12);
  });

  it('refuses a hypothesis that leaves no room for a text, as the model of the pipeline does', async () => {
    const classifier = await create('bert-3', 'entailment first');
    const label = `${'very '.repeat(80)}long`;
    await expect(classifier.classify(['a'], { labels: [label] })).rejects.toMatchObject({ code: 'TEXT_TOO_LONG' });
  });
});
