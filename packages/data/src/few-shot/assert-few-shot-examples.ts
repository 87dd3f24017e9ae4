import { PolyheadError, type LabeledTexts } from '@polyhead/types';
import { assertEnoughClasses } from '../label-set.ts';
import { normalizeText } from '../normalized-text.ts';
import { rowsByLabel } from '../rows-by-label.ts';
import { labelsOfRow } from '../select-rows.ts';

/**
 * Checks examples that are to be compared with each other: among few texts, one that is wrong does harm.
 * @param where names the examples in messages: a file, `head intent`
 * @throws {PolyheadError} TASK_UNSUPPORTED for regression, TOO_FEW_CLASSES, TOO_FEW_EXAMPLES for labels with a single text,
 * INVALID_TEXT for empty texts, CONFLICTING_LABELS for a text with different labels
 */
export function assertFewShotExamples(examples: LabeledTexts, where: string): void {
  const { texts, targets } = examples;
  if (targets.task === 'regression') {
    throw new PolyheadError('TASK_UNSUPPORTED', {
      message: `The examples of ${where} have numbers, not labels.`,
      remedy: 'Use a single-label or multi-label task.',
    });
  }
  assertEnoughClasses(targets, where);
  const empty = texts.findIndex((text) => text.trim() === '');
  if (empty !== -1) {
    throw new PolyheadError('INVALID_TEXT', {
      message: `Text ${empty + 1} of ${where} is empty.`,
      remedy: 'Leave it out.',
      details: { row: empty },
    });
  }
  assertPartners(rowsByLabel(targets), targets.labels, where);
  assertAgreement(examples, where);
}

function assertPartners(rows: readonly (readonly number[])[], labels: readonly string[], where: string): void {
  const alone = labels.filter((_, label) => rows[label]?.length === 1);
  const missing = labels.filter((_, label) => rows[label]?.length === 0);
  if (alone.length === 0 && missing.length === 0) return;
  const [wanting, found] = alone.length > 0 ? [alone, 'only one text'] : [missing, 'no text'];
  throw new PolyheadError('TOO_FEW_EXAMPLES', {
    message: `There is ${found} with the label${wanting.length === 1 ? '' : 's'} ${listed(wanting)} in ${where}.`,
    remedy: 'Give at least two texts of each label, or take the label out.',
    details: { labels: wanting },
  });
}

function assertAgreement({ texts, targets }: LabeledTexts, where: string): void {
  const seen = new Map<string, readonly string[]>();
  for (const [row, text] of texts.entries()) {
    const key = normalizeText(text);
    const labels = labelsOfRow(targets, row);
    const before = seen.get(key) ?? labels;
    seen.set(key, labels);
    if (before.length === labels.length && before.every((label, place) => label === labels[place])) continue;
    const first = before.length === 0 ? 'no label' : `the label ${before.join(', ')}`;
    const second = labels.length === 0 ? 'none' : labels.join(', ');
    throw new PolyheadError('CONFLICTING_LABELS', {
      message: `The text "${text.slice(0, 80)}" of ${where} has ${first} in one row and ${second} in another.`,
      remedy: 'Keep the row that is right.',
      details: { text, labels: [before, labels] },
    });
  }
}

function listed(labels: readonly string[]): string {
  const shown = labels.slice(0, 10).map((label) => `"${label}"`);
  return shown.join(', ') + (labels.length > shown.length ? ', ...' : '');
}
