import { readManifest } from '@polyhead/model';
import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { formatTable } from '../output/table.ts';

/** `polyhead info`: what a model folder holds. */
export function createInfoCommand(context: CommandContext): Command {
  return new Command('info')
    .description('Show the encoder and the heads of a model.')
    .argument('<model>', 'model folder')
    .option('--json', 'print the manifest as JSON')
    .action(async (directory: string, flags: { json?: boolean }) => {
      const manifest = await readManifest(directory);
      const { output } = context.terminal;
      if (flags.json === true) {
        output.write(`${JSON.stringify(manifest, null, 2)}\n`);
        return;
      }
      const { encoder } = manifest;
      const length = `${encoder.dimension} dimensions, up to ${encoder.maximumLength} tokens, ${encoder.pooling} pooling${encoder.normalized ? ', normalised' : ''}`;
      output.write(
        `Encoder: ${encoder.reference} (${encoder.storage})\n         ${length}\n         sha256 ${encoder.digest}\n`,
      );
      const rows = manifest.heads.map((head) => [
        head.name,
        head.type,
        head.task,
        head.labels.length,
        head.trainedAt.slice(0, 16).replace('T', ' '),
        head.calibration?.temperature,
        head.abstention?.threshold,
      ]);
      const header = ['head', 'type', 'task', 'labels', 'trained', 'temperature', 'abstains below'];
      output.write(formatTable(header, rows));
    });
}
