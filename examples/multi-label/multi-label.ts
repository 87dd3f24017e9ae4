/** Any number of labels a text, by two heads on one encoder, with tuned thresholds. Run with `npx tsx` after a build. */
import { join } from 'node:path';
import { loadLabeledTexts } from '@polyhead/data';
import { loadModel } from '@polyhead/model';
import { SetFitTrainer } from '@polyhead/training';
import type { LabeledTexts } from '@polyhead/types';

const [output = 'multi-label-model'] = process.argv.slice(2);
const emotions = ['admiration', 'anger', 'curiosity', 'gratitude', 'love'];

/** Comments of the demo data with these emotions: the first `count` of each, and as many with none of them. */
async function readEmotions(part: string, count: number): Promise<LabeledTexts> {
  const file = join(import.meta.dirname, '../../data/go_emotions', `${part}.jsonl`);
  const { texts, targets } = await loadLabeledTexts(file);
  if (targets.task !== 'multi-label') throw new TypeError('The data has any number of labels a text.');
  const { labels, indicators } = targets;
  const columns = emotions.map((emotion) => labels.indexOf(emotion));
  const rows = texts.map((text, row) => ({
    text,
    has: columns.map((column) => indicators[row * labels.length + column] ?? 0),
  }));
  const chosen = new Set([
    ...emotions.flatMap((_, emotion) => rows.filter(({ has }) => has[emotion] === 1).slice(0, count)),
    ...rows.filter(({ has }) => !has.includes(1)).slice(0, count),
  ]);
  return {
    texts: Array.from(chosen, ({ text }) => text),
    targets: {
      task: 'multi-label',
      labels: emotions,
      indicators: Uint8Array.from(Array.from(chosen).flatMap(({ has }) => has)),
    },
  };
}

const rows = { train: await readEmotions('train', 16), test: await readEmotions('test', 40) };
const trainer = new SetFitTrainer({
  embedding: { steps: 10 },
  heads: { each: {}, chain: { type: 'classifier-chain' } },
});
const { report } = await trainer.train({ each: rows, chain: rows }, { output });
for (const [name, { test }] of Object.entries(report.heads)) {
  if (test?.task !== 'multi-label') continue;
  console.log(`${name}, macro F1 at 0.5: ${test['at_0.5'].macro_f1}`);
  console.log(`${name}, macro F1 at tuned thresholds: ${test.tuned?.macro_f1 ?? Number.NaN}`);
}
const { targets } = rows.test;
const share =
  targets.task === 'multi-label' ? targets.indicators.filter(Boolean).length / targets.indicators.length : 0;
console.log(`macro F1 of assigning every label: ${(2 * share) / (1 + share)}`);

const model = await loadModel(output);
const [prediction] = await model.predict(['Thank you so much, I love it!']);
console.log(prediction?.heads);
await model.release();
