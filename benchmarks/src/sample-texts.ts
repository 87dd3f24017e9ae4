import { selectRows, stratifiedSplit } from '@polyhead/data';
import { createRandomGenerator } from '@polyhead/numerics';
import type { LabeledTexts } from '@polyhead/types';

/** At most so many rows, with labels in the same proportions; always the same ones. */
export function sampleTexts(loaded: LabeledTexts, count: number): LabeledTexts {
  const { length } = loaded.texts;
  if (count >= length) return loaded;
  const split = stratifiedSplit(loaded.targets, { fraction: 1 - count / length, random: createRandomGenerator(7) });
  return selectRows(loaded, split.train);
}
