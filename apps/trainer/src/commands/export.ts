import { exportOnnx, loadModel } from '@polyhead/model';
import { Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { formatTable } from '../output/table.ts';
import { collectNames, withoutUndefined } from './data-options.ts';

interface ExportFlags {
  readonly format: 'onnx';
  readonly head?: string[];
  readonly output: string;
}

/** `polyhead export`: ONNX files that reproduce the model's answers elsewhere. */
export function createExportCommand(context: CommandContext): Command {
  return new Command('export')
    .description('Write a model as ONNX: one file a head, and one from tokens to all probabilities.')
    .argument('<model>', 'model folder')
    .addOption(new Option('--format <format>', 'file format').choices(['onnx']).default('onnx'))
    .option('--head <name>', 'only this head; may be repeated', collectNames)
    .requiredOption('--output <folder>', 'folder to write')
    .action(async (directory: string, flags: ExportFlags) => {
      const model = await loadModel(directory, { logger: context.logger });
      try {
        const report = await exportOnnx(model, {
          directory: flags.output,
          signal: context.signal,
          onProgress: context.progress.onProgress,
          ...withoutUndefined({ heads: flags.head }),
        });
        context.progress.clear();
        const rows = report.files.map(({ file, heads, maximumDifference }) => [
          file,
          heads.join(', '),
          maximumDifference.toExponential(1),
        ]);
        context.terminal.output.write(formatTable(['file', 'heads', 'largest difference to the model'], rows));
      } finally {
        await model.release();
      }
    });
}
