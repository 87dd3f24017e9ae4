/** Labels without training; then what they say teaches a model that is far cheaper to run. Run with `npx tsx` after a build. */
import { loadModel } from '@polyhead/model';
import { SetFitTrainer } from '@polyhead/training';
import type { LabeledTexts, ZeroShotLabel } from '@polyhead/types';
import { createZeroShotClassifier } from '@polyhead/zero-shot';
import { intents, readIntents } from '../read-intents.ts';

const [output = 'distilled-model'] = process.argv.slice(2);
const test = await readIntents('test');
const { texts } = await readIntents('train', { count: 40 });

// Sentences as a customer would write them say more than names, where labels are much alike.
const descriptions: Readonly<Record<string, readonly string[]>> = {
  cash_withdrawal_not_recognised: [
    'There is a cash withdrawal that I did not make.',
    'I do not recognise a withdrawal.',
  ],
  declined_cash_withdrawal: ['The cash machine refused to give me money.', 'My cash withdrawal was declined.'],
  topping_up_by_card: ['How do I top up with my card?', 'I want to add money by card.'],
  wrong_amount_of_cash_received: ['The cash machine gave me the wrong amount.', 'I got less cash than I asked for.'],
};
const labels: ZeroShotLabel[] = intents.map((label) => ({ label, descriptions: descriptions[label] ?? [label] }));

/** Share of the test texts whose label is the right one. */
function accuracy(answers: readonly (string | null | undefined)[]): number {
  const { targets } = test;
  if (targets.task !== 'single-label') throw new TypeError('The data has one label a text.');
  const right = answers.filter((answer, row) => answer === targets.labels[targets.classIndices[row] ?? -1]);
  return right.length / answers.length;
}

const classifier = await createZeroShotClassifier();
const answers = await classifier.classify(test.texts, { labels });
console.log(`accuracy of zero-shot classification: ${accuracy(answers.map((answer) => answer.labels[0]))}`);

// Texts that nobody labelled, with the labels that the classifier is sure of.
const sure = (await classifier.classify(texts, { labels, threshold: 0.5 })).filter(
  (answer) => answer.labels.length > 0,
);
await classifier.release();
const train: LabeledTexts = {
  texts: sure.map(({ text }) => text),
  targets: {
    task: 'single-label',
    labels: intents,
    classIndices: Int32Array.from(sure, (answer) => intents.indexOf(answer.labels[0] ?? '')),
  },
};
await new SetFitTrainer({ embedding: { steps: 20 } }).train({ intent: { train } }, { output });

const model = await loadModel(output);
const predictions = await model.predict(test.texts);
await model.release();
const learned = predictions.map(({ heads: { intent } }) =>
  intent?.task === 'single-label' ? intent.label : undefined,
);
console.log(`texts that it labelled: ${sure.length}`);
console.log(`accuracy of the model that learned from it: ${accuracy(learned)}`);
