import { join } from 'node:path';
import { loadLabeledTexts } from '@polyhead/data';
import type { LabeledTexts } from '@polyhead/types';

/** Four things that customers of a bank ask for, so alike that a sentence encoder as it comes mixes them up. */
export const intents: readonly string[] = [
  'cash_withdrawal_not_recognised',
  'declined_cash_withdrawal',
  'topping_up_by_card',
  'wrong_amount_of_cash_received',
];

/** The demo data's questions with these intents: the first `count` of each, or those from `first` on. */
export async function readIntents(
  part: 'train' | 'test',
  { first = 0, count = Infinity }: { readonly first?: number; readonly count?: number } = {},
): Promise<LabeledTexts> {
  const { texts, targets } = await loadLabeledTexts(join(import.meta.dirname, '../data/banking77', `${part}.csv`));
  if (targets.task !== 'single-label') throw new TypeError('The data has one label a text.');
  const { labels, classIndices } = targets;
  const rows = intents.flatMap((intent, place) =>
    texts
      .filter((_, row) => labels[classIndices[row] ?? -1] === intent)
      .slice(first, first + count)
      .map((text) => ({ text, place })),
  );
  return {
    texts: rows.map(({ text }) => text),
    targets: { task: 'single-label', labels: intents, classIndices: Int32Array.from(rows, ({ place }) => place) },
  };
}
