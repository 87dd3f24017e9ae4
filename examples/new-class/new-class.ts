/** Adds a class to a saved model, whose encoder goes on learning. Run with `npx tsx` after a build. */
import { SetFitTrainer } from '@polyhead/training';
import type { LabeledTexts } from '@polyhead/types';
import { readIntents } from '../read-intents.ts';

const [output = 'grown-model'] = process.argv.slice(2);

/** Only the rows of the first three intents. */
function withoutLast({ texts, targets }: LabeledTexts): LabeledTexts {
  if (targets.task !== 'single-label') throw new TypeError('The data has one label a text.');
  const labels = targets.labels.slice(0, -1);
  const known = [...texts.keys()].filter((row) => (targets.classIndices[row] ?? 0) < labels.length);
  return {
    texts: known.map((row) => texts[row] ?? ''),
    targets: {
      task: 'single-label',
      labels,
      classIndices: Int32Array.from(known, (row) => targets.classIndices[row] ?? 0),
    },
  };
}

const train = await readIntents('train', { count: 8 });
const test = await readIntents('test');
const first = await new SetFitTrainer({ embedding: { steps: 8 } }).train(
  { intent: { train: withoutLast(train), test: withoutLast(test) } },
  { output },
);
console.log(`accuracy with three classes: ${Number(first.report.heads['intent']?.test?.['accuracy'])}`);

// The old examples together with the new ones, on the encoder of the saved model. The folder is replaced at the very end.
const second = await new SetFitTrainer({ backbone: output, embedding: { steps: 4 } }).train(
  { intent: { train, test } },
  { output },
);
console.log(`accuracy with four classes: ${Number(second.report.heads['intent']?.test?.['accuracy'])}`);
