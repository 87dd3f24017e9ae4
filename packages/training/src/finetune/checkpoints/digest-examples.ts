import { createSequenceDigest } from '@polyhead/files';
import type { Targets, TokenizerInput } from '@polyhead/types';
import { textKey } from '../heads/joint-batches.ts';
import type { JointExamples } from '../heads/joint-examples.ts';

/** Digits of a digest that are kept: more than enough to tell data apart. */
const digits = 16;

/** A digest of texts or pairs of texts, in their order. */
export function digestTexts(texts: readonly TokenizerInput[]): string {
  const digest = createSequenceDigest();
  for (const text of texts) digest.add(textKey(text));
  return digest.finish().slice(0, digits);
}

/** A digest of everything that examples consist of: texts, sources, and the labels, targets and rows of every head. */
export function digestExamples({ texts, sources, heads }: JointExamples): string {
  const digest = createSequenceDigest();
  digest.add(digestTexts(texts));
  digest.add(Float64Array.from(sources ?? []));
  for (const [name, { targets, rows }] of Object.entries(heads)) {
    digest.add(name);
    digest.add(digestTargets(targets));
    digest.add(rows ?? 'all rows');
  }
  return digest.finish().slice(0, digits);
}

/** A digest of labels and targets. */
export function digestTargets(targets: Targets): string {
  const digest = createSequenceDigest();
  digest.add(JSON.stringify([targets.task, targets.labels]));
  digest.add(numbersOf(targets));
  return digest.finish().slice(0, digits);
}

function numbersOf(targets: Targets): ArrayBufferView {
  if ('classIndices' in targets) return targets.classIndices;
  return 'indicators' in targets ? targets.indicators : targets.values;
}
