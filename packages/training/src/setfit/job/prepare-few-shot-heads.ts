import { assertFewShotExamples } from '@polyhead/data';
import type { HeadTypeRegistry } from '@polyhead/heads';
import type { HeadConfig } from '../../config/training-config.ts';
import { checkQuality, toLearnedTexts } from '../../data/check-quality.ts';
import type { HeadData } from '../../data/head-data.ts';
import { assertHeadConfig } from '../../heads/assert-head-config.ts';
import { assertTask, type PreparedHead } from '../../train-heads.ts';
import type { TrainingListeners } from '../../training-events.ts';

/** A head and its rows, not checked yet. */
export interface FewShotHead {
  readonly name: string;
  readonly config: Omit<HeadConfig, 'data'>;
  readonly data: HeadData;
}

interface CheckingContext {
  readonly registry: HeadTypeRegistry;
  readonly listeners: TrainingListeners;
}

/**
 * Checks everything about heads and their rows that can be checked before anything slow is done.
 * @throws {PolyheadError} HEAD_TYPE_UNKNOWN, INVALID_ARGUMENT, TASK_UNSUPPORTED, TOO_FEW_CLASSES, TOO_FEW_EXAMPLES, UNKNOWN_LABEL,
 * CONFLICTING_LABELS, INVALID_TEXT
 */
export function prepareFewShotHeads(heads: readonly FewShotHead[], context: CheckingContext): PreparedHead[] {
  const learned = toLearnedTexts(heads.flatMap(({ data }) => data.train.texts));
  return heads.map((head) => prepareHead(head, learned, context));
}

function prepareHead(
  { name, config, data }: FewShotHead,
  learned: ReadonlySet<string>,
  { registry, listeners }: CheckingContext,
): PreparedHead {
  registry.get(config.type).create(config.options);
  assertTask(name, { type: config.type, task: data.train.targets.task, registry });
  assertHeadConfig(name, config, data);
  if (data.train.targets.task !== 'regression') assertFewShotExamples(data.train, `head ${name}`);
  const { counts, warnings } = checkQuality(name, data, learned);
  for (const warning of warnings) listeners.onWarning?.(warning);
  return { name, config, data, quality: counts };
}
