import { findDuplicates, findLeaks, normalizeText } from '@polyhead/data';
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
  /** Test rows whose text is also in the training rows, of whichever head where the encoder learns from all of them. */
  readonly test_leaks: number;
  /** The same of the rows of a validation file. A share that is held out has none. */
  readonly validation_leaks: number;
}

/** The texts that an encoder learns from, as they are compared. */
export function toLearnedTexts(texts: Iterable<string>): ReadonlySet<string> {
  return new Set(Array.from(texts, normalizeText));
}

interface Leaks {
  /** Rows whose text is in the training rows of their head. */
  readonly own: number;
  /** Rows whose text is in those of other heads only, and so known to the encoder that learns from them. */
  readonly others: number;
}

function countLeaks(train: LabeledTexts, part: LabeledTexts | undefined, learned: ReadonlySet<string>): Leaks {
  if (part === undefined) return { own: 0, others: 0 };
  const own = findLeaks(train, part).leakedRows;
  const known = part.texts.filter((text) => learned.has(normalizeText(text))).length;
  return { own, others: Math.max(0, known - own) };
}

/**
 * Looks for repeated rows, for rows to judge by that are in the training data, and for labels of a multi-label head that no
 * training row has, and words what is found.
 * @param learned texts of all heads, where the encoder learns from them. @default the encoder does not learn
 */
export function checkQuality(
  head: string,
  data: HeadData,
  learned: ReadonlySet<string> = new Set(),
): { counts: QualityCounts; warnings: TrainingWarning[] } {
  const duplicates = findDuplicates(data.train);
  const leaks = {
    validation: countLeaks(data.train, data.validation, learned),
    test: countLeaks(data.train, data.test, learned),
  };
  const counts: QualityCounts = {
    duplicates: duplicates.repeatedRows,
    conflicting_duplicates: duplicates.conflictingRows,
    validation_leaks: leaks.validation.own + leaks.validation.others,
    test_leaks: leaks.test.own + leaks.test.others,
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
    const { own, others } = leaks[part];
    const consequence = `the ${part} figures are too good by that.`;
    if (own > 0) {
      warnings.push({ head, message: `${plural(own, `${part} row`)} also in the training data; ${consequence}` });
    }
    if (others > 0) {
      const rows = plural(others, `${part} row`);
      const message = `${rows} also in the training data of other heads, from which the encoder learns; ${consequence}`;
      warnings.push({ head, message });
    }
  }
  return { counts, warnings };
}
