import { applyActivation, headTypes } from '@polyhead/heads';
import { createRandomGenerator } from '@polyhead/numerics';
import type { FittedHead, HeadExamples, Matrix } from '@polyhead/types';

/** A head with the seconds that fitting it took. */
export interface TimedFit {
  readonly head: FittedHead;
  readonly seconds: number;
}

/** Fits a head of this type with its default options. */
export async function fitHead(type: string, train: HeadExamples, validation?: HeadExamples): Promise<TimedFit> {
  const head = headTypes.get(type).create();
  const start = performance.now();
  const fitted = await head.fit(train, { random: createRandomGenerator(1), validation });
  return { head: fitted, seconds: (performance.now() - start) / 1000 };
}

/** Scores `[rows, labels]` of a head. */
export function scoresOf(head: FittedHead, embeddings: Matrix): Matrix {
  return applyActivation(head.logits(embeddings), head.activation);
}
