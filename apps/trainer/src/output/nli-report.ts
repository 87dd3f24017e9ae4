import type { TrainNliModelResult } from '@polyhead/training';
import { formatTable } from './table.ts';

/** What `train --task nli` prints at its end: pairs by source, figures by set, the time spent and where the model is. */
export function formatNliReport({ report, directory }: TrainNliModelResult): string {
  const sources = Object.entries(report.sources).map(([name, { pairs, entailment, excluded, repeated }]) => [
    ...[name, pairs, entailment, excluded, repeated],
  ]);
  const sets = [
    ...Object.entries(report.validation).map((entry) => ['validation', ...entry] as const),
    ...Object.entries(report.test).map((entry) => ['test', ...entry] as const),
  ];
  const figures = sets.map(([part, name, { rows, accuracy, macro_f1, balanced_accuracy }]) => [
    ...[name, part, rows, accuracy, macro_f1, balanced_accuracy],
  ]);
  const seconds = Object.entries(report.seconds).map(([phase, value]) => `${phase} ${value.toFixed(1)} s`);
  return [
    `\n${formatTable(['source', 'pairs', 'entailment', 'left out', 'repeated'], sources)}`,
    figures.length === 0
      ? ''
      : `\n${formatTable(['set', 'part', 'pairs', 'accuracy', 'macro F1', 'balanced'], figures)}`,
    `\n${seconds.join(' · ')}\nModel: ${directory}\n`,
  ].join('');
}
