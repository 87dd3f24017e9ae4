/** A classifier of intents from eight texts of each. Run with `npx tsx` after a build. */
import { loadModel } from '@polyhead/model';
import { SetFitTrainer, type SetFitTrainerOptions } from '@polyhead/training';
import { readIntents } from '../read-intents.ts';

const [output = 'few-shot-model'] = process.argv.slice(2);
const intent = { train: await readIntents('train', { count: 8 }), test: await readIntents('test') };

async function train(options: SetFitTrainerOptions): Promise<number> {
  const { report } = await new SetFitTrainer(options).train({ intent }, { output });
  return Number(report.heads['intent']?.test?.['accuracy']);
}

// A rate of 0 leaves the encoder as it comes: what a head alone makes of the same texts.
const alone = await train({ embedding: { learningRate: 0, steps: 1 } });
console.log(`accuracy on the encoder as it comes: ${alone}`);
const trained = await train({});
console.log(`accuracy after few-shot training: ${trained}`);

const model = await loadModel(output);
const [prediction] = await model.predict(['The machine did not give me all the money that I asked for.'], { topK: 2 });
console.log(prediction?.heads['intent']);
await model.release();
