import { loadClassifiedTexts } from '@polyhead/data';
import { createRandomGenerator } from '@polyhead/numerics';
import { PolyheadError, type RowProblem, type ZeroShotLabel } from '@polyhead/types';
import type { EvaluationSet, EvaluationVariant, LabelVerbalisation } from './evaluation-manifest.ts';

/** The rows of a set that are classified. */
export interface LoadedEvaluationSet {
  readonly texts: readonly string[];
  /** `[texts]` places in `labels`. */
  readonly truth: Int32Array;
  readonly labels: readonly string[];
  /** Rows that were left out, with the reason. */
  readonly problems: readonly RowProblem[];
}

/**
 * Reads a set. Rows without a text or a label are left out.
 * @param sample draws at most `limit` rows, which depend on the seed and the name of the set only
 * @throws {PolyheadError} what `loadClassifiedTexts` of @polyhead/data throws: COLUMN_NOT_FOUND, BROKEN_ROWS, UNKNOWN_LABEL;
 *   DATA_EMPTY
 */
export async function loadEvaluationSet(
  set: EvaluationSet,
  sample: { readonly limit: number | undefined; readonly seed: number },
  signal?: AbortSignal,
): Promise<LoadedEvaluationSet> {
  const { text, label, where } = set;
  const known = set.labels === undefined ? undefined : Object.keys(set.labels);
  const columns = { text, label, where, known, signal };
  const { texts, labelsOfText, labels, problems } = await loadClassifiedTexts(set.file, columns);
  if (texts.length === 0) {
    throw new PolyheadError('DATA_EMPTY', {
      message: `"${set.file}" has no row with a text and a label for the set "${set.name}".`,
      details: { file: set.file },
    });
  }
  const chosen = drawRows(texts.length, sample.limit, `${sample.seed} ${set.name}`);
  return {
    texts: Array.from(chosen, (row) => texts[row] ?? ''),
    truth: chosen.map((row) => labelsOfText[row]?.[0] ?? 0),
    labels,
    problems,
  };
}

function drawRows(count: number, limit: number | undefined, seed: string): Int32Array {
  const all = Int32Array.from({ length: count }, (_, index) => index);
  if (limit === undefined || limit >= count) return all;
  return createRandomGenerator(0).fork(seed).shuffle(all).slice(0, limit).sort();
}

/** The labels of a set as a variant says them. */
export function verbaliseLabels(
  labels: readonly string[],
  set: EvaluationSet,
  variant: EvaluationVariant,
): ZeroShotLabel[] {
  return labels.map((label) => {
    const given = variant.labels === 'plain' ? undefined : set.labels?.[label];
    return { label, ...toWordings(given ?? label.replaceAll('_', ' ')) };
  });
}

function toWordings(verbalisation: LabelVerbalisation): Omit<ZeroShotLabel, 'label'> {
  if (typeof verbalisation === 'string') return { wordings: [verbalisation] };
  return isList(verbalisation) ? { wordings: verbalisation } : verbalisation;
}

function isList(verbalisation: LabelVerbalisation): verbalisation is readonly string[] {
  return Array.isArray(verbalisation);
}
