import { loadEncoder } from '@polyhead/backbone';
import { logisticRegression } from '@polyhead/heads';
import { evaluateSingleLabel } from '@polyhead/metrics';
import { createRandomGenerator } from '@polyhead/numerics';
import { readIntents } from '../read-intents.ts';

/**
 * Measures what examples that train the encoder must surpass: the accuracy of logistic regression on the encoder as it comes, on
 * the intents' test texts, from the same eight texts of each.
 */
export async function measureFrozenAccuracy(): Promise<number> {
  const train = await readIntents('train', { count: 8 });
  const test = await readIntents('test');
  if (test.targets.task !== 'single-label') throw new TypeError('The data has one label a text.');
  const encoder = await loadEncoder('all-MiniLM-L6-v2');
  try {
    const embeddings = await encoder.encode(train.texts);
    const examples = { embeddings, targets: train.targets };
    const head = await logisticRegression.create().fit(examples, { random: createRandomGenerator(42) });
    const scores = head.logits(await encoder.encode(test.texts));
    return evaluateSingleLabel({ targets: test.targets, scores }).accuracy;
  } finally {
    await encoder.release();
  }
}
