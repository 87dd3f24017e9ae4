import { formatNumber } from '../markdown-table.ts';
import { findPython, noPythonNote } from '../peer-process.ts';
import { createReport, type Report } from '../report.ts';
import { meanFigures } from './figures.ts';
import { createContext, type FinetuneBenchmarkOptions } from './finetune-context.ts';
import { measureOwn, measurePeer } from './full-run.ts';
import { recipe } from './recipe.ts';
import type { RunResult } from './run-result.ts';
import { compareSpeed } from './side-by-side.ts';

const self = 'Polyhead';
const pytorch = 'PyTorch';

/** Real fine-tuning by the usual recipe: figures on the test split, time, and PyTorch on the same batches. */
export async function runFinetuneBenchmark(options: FinetuneBenchmarkOptions): Promise<void> {
  const { set, seeds, steps } = options;
  const report = createReport(`finetune-${set}`, options);
  const python = findPython(options.python);
  const context = await createContext(options, report);
  if (python === undefined && (options.peer || steps !== undefined)) report.line(noPythonNote);
  report.line(
    `${set}: ${formatNumber(context.data.train.texts.length)} training texts, ${formatNumber(context.data.test.texts.length)} test texts.`,
  );
  if (steps !== undefined) {
    await report.finish({ recipe, ...(await compareSpeed(context, { python, steps, seed: seeds[0] ?? 0 })) });
    return;
  }
  const rows: NamedResult[] = [];
  for (const seed of seeds) rows.push({ library: self, seed, ...(await measureOwn(context, seed)) });
  if (options.peer && python !== undefined) {
    for (const seed of seeds) rows.push({ library: pytorch, seed, ...(await measurePeer(context, { seed, python })) });
  }
  printResults(report, rows);
  await report.finish({ recipe, runs: rows });
}

interface NamedResult extends RunResult {
  readonly library: string;
  readonly seed: number;
}

function printResults(report: Report, rows: readonly NamedResult[]): void {
  const names = Object.keys(rows[0]?.figures ?? {});
  const libraries = [...new Set(rows.map(({ library }) => library))];
  const means = libraries.map((library): (string | number)[] => {
    const runs = rows.filter((row) => row.library === library);
    const figures = meanFigures(runs.map((run) => run.figures));
    const { seconds = NaN, rate = NaN } = meanFigures(
      runs.map((run) => ({ seconds: run.seconds, rate: run.tokens / run.seconds })),
    );
    return [
      library,
      'mean',
      ...names.map((name) => (figures[name] ?? NaN).toFixed(4)),
      runs[0]?.steps ?? 0,
      Math.round(seconds),
      Math.round(rate),
    ];
  });
  report.table(
    ['library', 'seed', ...names, 'steps', 'seconds', 'tokens/s'],
    [
      ...rows.map(({ library, seed, figures, steps, seconds, tokens }): (string | number)[] => [
        library,
        String(seed),
        ...names.map((name) => (figures[name] ?? NaN).toFixed(4)),
        steps,
        Math.round(seconds),
        Math.round(tokens / seconds),
      ]),
      ...means,
    ],
  );
  report.line(
    'Seconds are those of the training steps; loading, tokenization and evaluation are not counted. Tokens are counted without padding.',
  );
}
