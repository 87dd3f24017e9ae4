import type { EpochRecord, TrainingListeners } from '@polyhead/training';
import type { CommandContext } from '../command-context.ts';

/** Shows progress, warnings and finished heads on the terminal. */
export function createTrainingListeners(context: CommandContext): TrainingListeners {
  return {
    onProgress: context.progress.onProgress,
    onEpoch: (record) => {
      context.progress.clear();
      context.terminal.messages.write(`${describeEpoch(record)}\n`);
    },
    onWarning: ({ head, message }) => context.logger.warn(head === undefined ? message : `${head}: ${message}`),
  };
}

/** One line: `epoch 2: loss 0.4123 · score 0.9012 · intent.macro_f1 0.9012 · intent.micro_f1 0.9056`. */
function describeEpoch({ epoch, training, validation }: EpochRecord): string {
  const shown = Object.entries(validation?.figures ?? {}).filter(([name]) =>
    /(^|\.)(macro_f1|micro_f1|r2)$/.test(name),
  );
  const figures: [string, number | undefined][] = [['loss', training['loss']], ['score', validation?.score], ...shown];
  const words = figures.flatMap(([name, value]) => (value === undefined ? [] : `${name} ${value.toFixed(4)}`));
  return `epoch ${epoch}: ${words.join(' · ')}`;
}
