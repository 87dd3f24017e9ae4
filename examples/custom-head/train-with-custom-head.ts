/** Trains a model with a head type of one's own and asks it something. Run with `npx tsx` after a build. */
import { createHeadTypeRegistry, headTypes } from '@polyhead/heads';
import { loadModel } from '@polyhead/model';
import { trainModel } from '@polyhead/training';
import { nearestCentroid } from './nearest-centroid.ts';

const [data = 'data/banking77', output = 'custom-head-model'] = process.argv.slice(2);
const registry = createHeadTypeRegistry([...headTypes.list(), nearestCentroid]);

const { report } = await trainModel(
  {
    heads: {
      intent: {
        type: 'nearest-centroid',
        data: { train: `${data}/train.csv`, test: `${data}/test.csv`, label: 'label' },
      },
    },
    output,
  },
  { registry },
);
console.log('test accuracy', report.heads['intent']?.test?.['accuracy']);

const model = await loadModel(output, { registry });
const [prediction] = await model.predict(['My new card did not come yet.'], { topK: 3 });
console.log(prediction?.heads['intent']);
await model.release();
