import { thresholdsInOrder } from '@polyhead/metrics';
import { scoreHead, type ModelHead } from '@polyhead/model';
import { PolyheadError, type Matrix, type Targets } from '@polyhead/types';

/** What a teacher's head says of texts, as targets for a student. @param embeddings `[texts, dimension]` of the teacher */
export function toTeacherTargets(head: ModelHead, embeddings: Matrix): Targets {
  const { fitted, thresholds } = head;
  const { task, labels } = fitted;
  const scores = scoreHead(head, embeddings);
  const { rows, columns, data } = scores;
  switch (task) {
    case 'single-label':
      return {
        task,
        labels,
        classIndices: Int32Array.from({ length: rows }, (_, row) => {
          const own = data.subarray(row * columns, (row + 1) * columns);
          return own.reduce((best, score, label) => (score > (own[best] ?? -Infinity) ? label : best), 0);
        }),
      };
    case 'multi-label': {
      const limits = thresholdsInOrder(labels, thresholds?.tuned);
      return {
        task,
        labels,
        indicators: Uint8Array.from(data, (score, cell) => (score >= (limits[cell % columns] ?? 0.5) ? 1 : 0)),
      };
    }
    case 'regression':
      return { task, labels, values: Float64Array.from(data) };
  }
}

/**
 * Refuses a teacher that says the same of all texts: there would be nothing to learn.
 * @throws {PolyheadError} TOO_FEW_CLASSES
 */
export function assertTeaches(head: string, targets: Targets): void {
  if (targets.task === 'regression') return;
  const seen = new Set(targets.task === 'single-label' ? targets.classIndices : targets.indicators);
  if (seen.size > 1) return;
  throw new PolyheadError('TOO_FEW_CLASSES', {
    message: `The teacher's head "${head}" says the same of every text.`,
    remedy: 'Give texts of the kind that the teacher was trained on, and more of them.',
    details: { head },
  });
}
