import type { TrainingListeners } from '@polyhead/training';
import type { CommandContext } from '../command-context.ts';

/** Shows progress, warnings and finished heads on the terminal. */
export function createTrainingListeners(context: CommandContext): TrainingListeners {
  return {
    onProgress: context.progress.onProgress,
    onWarning: ({ head, message }) => context.logger.warn(head === undefined ? message : `${head}: ${message}`),
  };
}
