import type { Writable } from 'node:stream';
import type { TrainResult } from '@polyhead/training';
import { join } from 'node:path';
import { formatEvaluations } from './evaluation-table.ts';

/** What `train` prints at its end: a report a head, the time spent and where the files are. */
export function writeRunSummary(result: TrainResult, output: Writable): void {
  for (const head of result.heads) {
    const { type, task, labels } = head.fitted;
    const size = task === 'regression' ? '' : `, ${labels.length} labels`;
    output.write(`\n${head.name} (${type}, ${task}${size})\n`);
    output.write(formatEvaluations(head.evaluations));
  }
  const seconds = Object.entries(result.report.seconds)
    .filter(([, value]) => value >= 0.05)
    .map(([phase, value]) => `${phase} ${value.toFixed(1)} s`);
  output.write(`\n${seconds.join(' · ')}\n`);
  output.write(`Model:  ${result.directory}\nReport: ${join(result.directory, 'report.html')}\n`);
}
