import type { Targets } from '@polyhead/types';

/** Figures of decisions made from logits, for the history: accuracy, or macro and micro F1 at a probability of 0.5. */
export function decisionFigures(targets: Targets, logits: Float32Array): Record<string, number> {
  switch (targets.task) {
    case 'single-label':
      return { validation_accuracy: accuracy(targets.classIndices, logits) };
    case 'multi-label':
      return f1Figures(targets.indicators, logits, targets.labels.length);
    case 'regression':
      return {};
  }
}

function accuracy(classIndices: Int32Array, logits: Float32Array): number {
  const rows = classIndices.length;
  const columns = logits.length / rows;
  let correct = 0;
  for (let row = 0; row < rows; row += 1) {
    const scores = logits.subarray(row * columns, (row + 1) * columns);
    const best = scores.reduce((winner, score, index) => (score > (scores[winner] ?? 0) ? index : winner), 0);
    if (best === classIndices[row]) correct += 1;
  }
  return correct / rows;
}

/** F1 of a label that neither occurs nor is predicted is 0. */
function f1Figures(indicators: Uint8Array, logits: Float32Array, labels: number): Record<string, number> {
  const hits = new Float64Array(labels);
  const claims = new Float64Array(labels);
  indicators.forEach((indicator, index) => {
    const label = index % labels;
    const decided = (logits[index] ?? 0) >= 0 ? 1 : 0;
    hits[label] = (hits[label] ?? 0) + (indicator & decided);
    claims[label] = (claims[label] ?? 0) + indicator + decided;
  });
  const ratio = (hit: number, claimed: number): number => (claimed === 0 ? 0 : (2 * hit) / claimed);
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  const perLabel = hits.map((hit, label) => ratio(hit, claims[label] ?? 0));
  return { validation_macro_f1: sum(perLabel) / labels, validation_micro_f1: ratio(sum(hits), sum(claims)) };
}
