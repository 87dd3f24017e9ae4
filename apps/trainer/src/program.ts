import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import type { CommandContext } from './command-context.ts';
import { messageColors } from './output/colors.ts';
import { createDistillCommand } from './commands/distill.ts';
import { createEmbedCommand } from './commands/embed.ts';
import { createEvaluateCommand } from './commands/evaluate.ts';
import { createExportCommand } from './commands/export.ts';
import { createHeadCommand } from './commands/head.ts';
import { createInfoCommand } from './commands/info.ts';
import { createPredictCommand } from './commands/predict.ts';
import { createSampleCommand } from './commands/sample.ts';
import { createThresholdsCommand } from './commands/thresholds.ts';
import { createTrainCommand } from './commands/train.ts';
import { createZeroShotCommand } from './commands/zero-shot.ts';

/** The whole command line. Throws CommanderError for wrong usage instead of ending the process. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('polyhead')
    .description(packageJson.description)
    .version(packageJson.version)
    .showHelpAfterError('(add --help for the options)');
  const commands = [
    createSampleCommand(context),
    createTrainCommand(context),
    createEvaluateCommand(context),
    createDistillCommand(context),
    createPredictCommand(context),
    createEmbedCommand(context),
    createHeadCommand(context),
    createThresholdsCommand(context),
    createExportCommand(context),
    createInfoCommand(context),
    createZeroShotCommand(context),
  ];
  for (const command of commands) program.addCommand(command);
  setUpErrors(program);
  return program;
}

/** Commander's settings are inherited only by commands made through it, so every command is told. */
function setUpErrors(command: Command): void {
  command.exitOverride();
  command.configureOutput({
    outputError: (text, write) => write(text.replace(/^error:/, messageColors.red('error INVALID_ARGUMENT:'))),
  });
  command.showHelpAfterError('(add --help for the options)');
  for (const child of command.commands) setUpErrors(child);
}
