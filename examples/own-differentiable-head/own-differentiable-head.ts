/** Trains an encoder together with a differentiable head of your own. Run with `npx tsx` after a build. */
import { loadModel } from '@polyhead/model';
import { SetFitTrainer } from '@polyhead/training';
import { intents, readIntents } from '../read-intents.ts';
import { learnedCentres } from './learned-centres.ts';

const [output = 'own-head-model'] = process.argv.slice(2);
const trainer = new SetFitTrainer({
  embedding: { steps: 6 },
  endToEnd: { epochs: 4, headLearningRate: 0.02 },
  heads: { intent: { differentiable: learnedCentres } },
});
const intent = { train: await readIntents('train', { count: 8 }), test: await readIntents('test') };
const { report } = await trainer.train({ intent }, { output });
console.log(`accuracy of guessing: ${1 / intents.length}`);
console.log(`accuracy: ${Number(report.heads['intent']?.test?.['accuracy'])}`);

const model = await loadModel(output);
const [prediction] = await model.predict(['The machine did not give me all the money that I asked for.'], { topK: 2 });
console.log(prediction?.heads['intent']);
await model.release();
