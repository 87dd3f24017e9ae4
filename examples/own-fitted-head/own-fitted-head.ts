/** Few-shot training with a type of head of your own. Run with `npx tsx` after a build. */
import { createHeadTypeRegistry, headTypes } from '@polyhead/heads';
import { loadModel } from '@polyhead/model';
import { SetFitTrainer } from '@polyhead/training';
import { intents, readIntents } from '../read-intents.ts';
import { nearestNeighbours } from './nearest-neighbours.ts';

const [output = 'neighbours-model'] = process.argv.slice(2);
const registry = createHeadTypeRegistry([...headTypes.list(), nearestNeighbours]);
const intent = { train: await readIntents('train', { count: 8 }), test: await readIntents('test') };

const trainer = new SetFitTrainer({ embedding: { steps: 10 }, heads: { intent: { type: 'nearest-neighbours' } } });
const { report } = await trainer.train({ intent }, { output, registry });
console.log(`accuracy of guessing: ${1 / intents.length}`);
console.log(`accuracy: ${Number(report.heads['intent']?.test?.['accuracy'])}`);

const model = await loadModel(output, { registry });
const [prediction] = await model.predict(['The machine did not give me all the money that I asked for.'], { topK: 2 });
console.log(prediction?.heads['intent']);
await model.release();
