import { countRows, normalizeText, selectTargets } from '@polyhead/data';
import {
  assertNotAborted,
  type Head,
  type HeadExamples,
  type Matrix,
  type RandomGenerator,
  type Targets,
} from '@polyhead/types';
import { selectMatrixRows } from '../data/select-matrix-rows.ts';

/** How {@link crossValidate} splits. */
export interface CrossValidationOptions {
  /** Parts that the rows are split into; fewer if there are too few rows. @default 5 */
  readonly folds?: number;
  /** The texts of the rows: rows with equal texts are judged by the same head. @default no two rows belong together */
  readonly texts?: readonly string[] | undefined;
  readonly random: RandomGenerator;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Logits `[rows, labels]` of every row from a head that was fitted without it: the rows are split into stratified parts, and
 * each part is judged by a head that was fitted on the others.
 * @throws {PolyheadError} ABORTED; errors of fitting
 */
export async function crossValidate(
  head: Head,
  { embeddings, targets }: HeadExamples,
  { folds = 5, texts, random, signal }: CrossValidationOptions,
): Promise<Matrix> {
  const columns = targets.labels.length;
  const data = new Float32Array(embeddings.rows * columns);
  for (const [fold, held] of toFolds(targets, { folds, texts, random }).entries()) {
    assertNotAborted(signal);
    const isHeld = new Set(held);
    const rest = Int32Array.from({ length: embeddings.rows }, (_, row) => row).filter((row) => !isHeld.has(row));
    const examples = { embeddings: selectMatrixRows(embeddings, rest), targets: selectTargets(targets, rest) };
    const fitted = await head.fit(examples, { random: random.fork(`fold ${fold}`), signal });
    const logits = fitted.logits(selectMatrixRows(embeddings, held));
    held.forEach((row, index) => {
      data.set(logits.data.subarray(index * columns, (index + 1) * columns), row * columns);
    });
  }
  return { data, rows: embeddings.rows, columns };
}

/** Disjoint parts that together are all rows: rows with the same rarest label are dealt out one by one, in random order. */
function toFolds(
  targets: Targets,
  {
    folds,
    texts,
    random,
  }: Required<Pick<CrossValidationOptions, 'folds' | 'random'>> & Pick<CrossValidationOptions, 'texts'>,
): Int32Array[] {
  const rows = countRows(targets);
  const groups = Array.from({ length: rows }, (_, row) =>
    texts === undefined ? row : normalizeText(texts[row] ?? ''),
  );
  const count = Math.max(2, Math.min(folds, new Set(groups).size));
  const keys = toKeys(targets, rows);
  const shuffled = random.shuffle(Int32Array.from({ length: rows }, (_, row) => row));
  const dealt = Array.from(shuffled).sort((first, second) => (keys[first] ?? 0) - (keys[second] ?? 0));
  const foldOf = new Map<string | number, number>();
  for (const row of dealt) {
    const group = groups[row] ?? row;
    if (!foldOf.has(group)) foldOf.set(group, foldOf.size % count);
  }
  return Array.from({ length: count }, (_, fold) =>
    Int32Array.from(dealt.filter((row) => foldOf.get(groups[row] ?? row) === fold)),
  );
}

/** `[rows]`: what rows are to be spread evenly by. */
function toKeys(targets: Targets, rows: number): ArrayLike<number> {
  if (targets.task === 'single-label') return targets.classIndices;
  if (targets.task === 'regression') return targets.values;
  const { indicators, labels } = targets;
  const frequency = labels.map(
    (_, label) => indicators.filter((set, cell) => cell % labels.length === label && set === 1).length,
  );
  return Array.from({ length: rows }, (_, row) => {
    const present = [...labels.keys()].filter((label) => indicators[row * labels.length + label] === 1);
    return present.sort((first, second) => (frequency[first] ?? 0) - (frequency[second] ?? 0))[0] ?? -1;
  });
}
