import { findDuplicates, findLeaks } from '@polyhead/data';
import type { JsonObject } from '@polyhead/types';
import type { TrainingWarning } from '../training-events.ts';
import type { HeadData } from './head-data.ts';

/** How much of a head's data is repeated. */
export interface QualityCounts extends JsonObject {
  /** Training rows whose text and label both occurred before. */
  readonly duplicates: number;
  /** Training rows whose text occurs with another label too. */
  readonly conflicting_duplicates: number;
  /** Test rows whose text is also in the training rows. */
  readonly test_leaks: number;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Looks for repeated rows and for test rows that are in the training data, and words what is found. */
export function checkQuality(head: string, data: HeadData): { counts: QualityCounts; warnings: TrainingWarning[] } {
  const duplicates = findDuplicates(data.train);
  const leaks = data.test === undefined ? undefined : findLeaks(data.train, data.test);
  const counts: QualityCounts = {
    duplicates: duplicates.repeatedRows,
    conflicting_duplicates: duplicates.conflictingRows,
    test_leaks: leaks?.leakedRows ?? 0,
  };
  const warnings: TrainingWarning[] = [];
  if (data.problems.length > 0) {
    const [first] = data.problems;
    const example = first === undefined ? '' : ` First: ${first.file}:${first.row}: ${first.reason}.`;
    warnings.push({
      head,
      message: `${plural(data.problems.length, 'row')} skipped.${example}`,
      problems: data.problems,
    });
  }
  if (counts.duplicates > 0) warnings.push({ head, message: `${plural(counts.duplicates, 'training row')} repeated.` });
  if (counts.conflicting_duplicates > 0) {
    warnings.push({
      head,
      message: `${plural(counts.conflicting_duplicates, 'training row')} repeat a text with another label.`,
    });
  }
  if (counts.test_leaks > 0) {
    warnings.push({
      head,
      message: `${plural(counts.test_leaks, 'test row')} also in the training data; the test figures are too good by that.`,
    });
  }
  return { counts, warnings };
}
