import { PolyheadError, type LabeledTexts, type MultiLabelTargets, type SingleLabelTargets } from '@polyhead/types';

/** How examples are made from labels. */
export interface TemplatedExamplesOptions {
  /** Has one `{}`, which the label takes the place of. @default This sentence is {} */
  readonly template?: string | undefined;
  /** Examples a label. @default 8 */
  readonly count?: number | undefined;
}

/**
 * Examples made from the names of labels, for a start without any real ones (Tunstall et al. 2022, SetFit's
 * `get_templated_dataset`). Underscores in names stand for spaces. Every label has `count` times the same text: the embedding
 * phase compares labels with each other, and the head sees every label equally often.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function templatedExamples(
  { task, labels }: Pick<SingleLabelTargets | MultiLabelTargets, 'task' | 'labels'>,
  { template = 'This sentence is {}', count = 8 }: TemplatedExamplesOptions = {},
): LabeledTexts {
  assertTemplate(template);
  if (!Number.isInteger(count) || count < 1) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The number of examples a label is ${count}.`,
      remedy: 'Give a whole number from 1.',
      details: { count },
    });
  }
  const places = labels.flatMap((_, label) => Array.from({ length: count }, () => label));
  const texts = places.map((label) => template.replace('{}', () => (labels[label] ?? '').replaceAll('_', ' ')));
  if (task === 'single-label') return { texts, targets: { task, labels, classIndices: Int32Array.from(places) } };
  const indicators = new Uint8Array(places.length * labels.length);
  places.forEach((label, row) => (indicators[row * labels.length + label] = 1));
  return { texts, targets: { task, labels, indicators } };
}

function assertTemplate(template: string): void {
  if (template.split('{}').length === 2) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The template "${template}" does not have {} exactly once.`,
    remedy: 'Write {} where the label belongs: "This sentence is {}".',
    details: { template },
  });
}
