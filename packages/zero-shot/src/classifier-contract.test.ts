import { loadEncoder, type LoadedCrossEncoder, type LoadedEncoder } from '@polyhead/backbone';
import { afterAll, beforeAll } from 'vitest';
import { createZeroShotClassifier } from './create-zero-shot-classifier.ts';
import { describeZeroShotClassifier } from './testing/classifier-contract.ts';
import { loadGoldenModel } from './testing/golden.ts';

let model: LoadedCrossEncoder;
let encoder: LoadedEncoder;
beforeAll(async () => {
  [model, encoder] = await Promise.all([loadGoldenModel('bert-3'), loadEncoder('all-MiniLM-L6-v2')]);
});
afterAll(() => Promise.all([model.release(), encoder.release()]));

describeZeroShotClassifier('nli', () => createZeroShotClassifier({ method: 'nli', model }));
describeZeroShotClassifier('embedding', () => createZeroShotClassifier({ method: 'embedding', encoder }));
describeZeroShotClassifier('cascade', () => createZeroShotClassifier({ method: 'cascade', encoder, model }));
