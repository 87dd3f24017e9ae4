import { findDuplicates, findLeaks } from '@polyhead/data';
import type { JsonObject, LabeledTexts } from '@polyhead/types';
import type { TrainingWarning } from '../training-events.ts';
import { absentLabels } from './absent-labels.ts';
import { listLabels } from './list-labels.ts';
import type { HeadData } from './head-data.ts';
import { plural } from './plural.ts';

/** How much of a head's data is repeated. */
export interface QualityCounts extends JsonObject {
  /** Training rows whose text and label both occurred before. */
  readonly duplicates: number;
  /** Training rows whose text occurs with another label too. */
  readonly conflicting_duplicates: number;
  /** Test rows whose text is also in the training rows. */
  readonly test_leaks: number;
  /** Rows of a validation file whose text is also in the training rows. A share that is held out has none. */
  readonly validation_leaks: number;
}

function countLeaks(train: LabeledTexts, part: LabeledTexts | undefined): number {
  return part === undefined ? 0 : findLeaks(train, part).leakedRows;
}

/**
 * Looks for repeated rows, for rows to judge by that are in the training data, and for labels of a multi-label head that no
 * training row has, and words what is found.
 */
export function checkQuality(head: string, data: HeadData): { counts: QualityCounts; warnings: TrainingWarning[] } {
  const duplicates = findDuplicates(data.train);
  const counts: QualityCounts = {
    duplicates: duplicates.repeatedRows,
    conflicting_duplicates: duplicates.conflictingRows,
    validation_leaks: countLeaks(data.train, data.validation),
    test_leaks: countLeaks(data.train, data.test),
  };
  const warnings: TrainingWarning[] = [];
  const absent = data.train.targets.task === 'multi-label' ? absentLabels(data.train.targets) : [];
  if (absent.length > 0) {
    const labels = absent.length === 1 ? 'the label' : 'the labels';
    warnings.push({
      head,
      message: `No training row has ${labels} ${listLabels(absent)}; nothing of them is learned.`,
    });
  }
  if (counts.duplicates > 0) warnings.push({ head, message: `${plural(counts.duplicates, 'training row')} repeated.` });
  if (counts.conflicting_duplicates > 0) {
    warnings.push({
      head,
      message: `${plural(counts.conflicting_duplicates, 'training row')} repeat a text with another label.`,
    });
  }
  for (const part of ['validation', 'test'] as const) {
    const leaks = counts[`${part}_leaks`];
    if (leaks === 0) continue;
    warnings.push({
      head,
      message: `${plural(leaks, `${part} row`)} also in the training data; the ${part} figures are too good by that.`,
    });
  }
  return { counts, warnings };
}
