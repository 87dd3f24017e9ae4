/** Few-shot training, then encoder and linear head together. Run with `npx tsx` after a build. */
import { SetFitTrainer } from '@polyhead/training';
import { intents, readIntents } from '../read-intents.ts';

const [output = 'end-to-end-model'] = process.argv.slice(2);
const intent = { train: await readIntents('train', { count: 8 }), test: await readIntents('test') };

const trainer = new SetFitTrainer({
  embedding: { steps: 6 },
  endToEnd: { epochs: 6, learningRate: 2e-5, headLearningRate: 0.02 },
});
const { heads, report } = await trainer.train({ intent }, { output });
console.log(`head: ${heads[0]?.fitted.type ?? ''}, trained in ${report.training?.steps.at(-1)?.step ?? 0} steps`);
console.log(`accuracy of guessing: ${1 / intents.length}`);
console.log(`accuracy: ${Number(report.heads['intent']?.test?.['accuracy'])}`);
