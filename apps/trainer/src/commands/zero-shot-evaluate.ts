import { writeFileAtomic } from '@polyhead/files';
import { renderComparisonReport } from '@polyhead/model';
import { evaluateZeroShot, loadEvaluationManifest } from '@polyhead/zero-shot';
import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { toComparisonReport } from '../output/zero-shot-plot.ts';
import { formatZeroShotEvaluation } from '../output/zero-shot-table.ts';
import { parseInteger, withoutUndefined } from './data-options.ts';

interface ZeroShotEvaluateFlags {
  readonly manifest: string;
  readonly results?: string;
  readonly plot?: string;
  readonly limit?: number;
  readonly threads?: number;
}

/** `polyhead zero-shot evaluate`: methods, models, templates and label wordings side by side on labelled sets. */
export function createZeroShotEvaluateCommand(context: CommandContext): Command {
  return new Command('evaluate')
    .description('Compare methods, models, templates and label wordings on labelled sets.')
    .requiredOption('--manifest <file>', 'sets and variants, .yaml or .json')
    .option('--results <file>', 'JSON file that keeps every figure; what it has is not computed again')
    .option('--plot <file>', 'HTML page with a chart a set and all figures')
    .option('--limit <rows>', 'at most so many rows of each set', parseInteger)
    .option('--threads <count>', 'threads that compute (default: all cores)', parseInteger)
    .action((flags: ZeroShotEvaluateFlags) => evaluate(flags, context));
}

async function evaluate(flags: ZeroShotEvaluateFlags, context: CommandContext): Promise<void> {
  const { terminal, signal, logger, progress } = context;
  const manifest = await loadEvaluationManifest(flags.manifest);
  try {
    const evaluation = await evaluateZeroShot(
      { ...manifest, ...withoutUndefined({ limit: flags.limit }) },
      {
        resultsFile: flags.results,
        threads: flags.threads,
        logger,
        signal,
        onProgress: progress.onProgress,
        onCell: ({ variant, set, figures, seconds }, isNew) => {
          progress.clear();
          const source = isNew ? `${seconds.toFixed(1)} s` : 'from the results file';
          terminal.messages.write(`${variant} on ${set}: macro F1 ${figures.macro_f1.value.toFixed(3)} (${source})\n`);
        },
      },
    );
    terminal.output.write(formatZeroShotEvaluation(evaluation));
    if (flags.plot !== undefined) {
      await writeFileAtomic(flags.plot, await renderComparisonReport(toComparisonReport(evaluation, manifest)));
      terminal.messages.write(`Plot: ${flags.plot}\n`);
    }
  } finally {
    progress.clear();
  }
}
