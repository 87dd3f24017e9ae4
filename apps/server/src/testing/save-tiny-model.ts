import { loadEncoder } from '@polyhead/backbone';
import { logisticRegression } from '@polyhead/heads';
import { saveModel } from '@polyhead/model';
import { createRandomGenerator } from '@polyhead/numerics';
import type { Targets } from '@polyhead/types';

const texts = [
  'My card has not arrived yet.',
  'When will the new card be delivered?',
  'The card is lost in the mail, I am furious.',
  'Thank you, the card came today, wonderful!',
  'I want my money back.',
  'Please refund the payment.',
  'You still have not refunded me, this is outrageous!',
  'The refund is here, thanks, I am so happy!',
];

const topic: Targets = {
  task: 'single-label',
  labels: ['card', 'refund'],
  classIndices: Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1),
};

const mood: Targets = {
  task: 'multi-label',
  labels: ['anger', 'joy'],
  indicators: Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1),
};

/** Trains two heads on a handful of texts with the bundled encoder and saves the model: small, but real. */
export async function saveTinyModel(directory: string): Promise<void> {
  const encoder = await loadEncoder('all-MiniLM-L6-v2', { threads: 1 });
  try {
    const embeddings = await encoder.encode(texts);
    const fit = (targets: Targets): ReturnType<ReturnType<typeof logisticRegression.create>['fit']> =>
      logisticRegression.create({ C: 10 }).fit({ embeddings, targets }, { random: createRandomGenerator(1) });
    await saveModel(directory, {
      encoder,
      heads: [
        { name: 'topic', fitted: await fit(topic), displayNames: { card: 'A card' } },
        {
          name: 'mood',
          fitted: await fit(mood),
          thresholds: { tuned: { anger: 0.3, joy: 0.4 }, tunedOn: 'chosen by hand' },
        },
      ],
    });
  } finally {
    await encoder.release();
  }
}
