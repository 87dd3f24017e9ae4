import type { HeadTypeRegistry } from '@polyhead/heads';
import { assertModelTarget, loadModel, readManifest, scoreHead, updateHead } from '@polyhead/model';
import { evaluateMultiLabel, type MultiLabelEvaluation } from '@polyhead/metrics';
import { PolyheadError, type HeadThresholds, type Logger, type Task } from '@polyhead/types';
import type { ThresholdMetric } from './config/training-config.ts';
import { loadRowsForHead, type EvaluationSource } from './data/evaluation-data.ts';
import { encodeDistinctTexts } from './data/text-embeddings.ts';
import { tuneHeadThresholds } from './heads/tune-thresholds.ts';
import { findHead } from './evaluate-model.ts';
import type { TrainingListeners } from './training-events.ts';

/** Which thresholds to tune, on what. */
export interface TuneOptions extends EvaluationSource, Pick<TrainingListeners, 'onProgress' | 'onWarning'> {
  readonly head: string;
  /** @default 'f1' */
  readonly metric?: ThresholdMetric;
  readonly registry?: HeadTypeRegistry;
  readonly signal?: AbortSignal | undefined;
  readonly logger?: Logger | undefined;
}

/**
 * Tunes one threshold a label of a saved multi-label head and stores them in the model. Everything else in the folder
 * keeps its bytes, but for the figures and the report.
 * @throws {PolyheadError} HEAD_NOT_FOUND, TASK_UNSUPPORTED, MODEL_ENCODER_MISMATCH if the encoder was replaced or the head
 * trained again meanwhile, and errors of loading and reading
 */
export async function tuneModelThresholds(
  directory: string,
  options: TuneOptions,
): Promise<{ thresholds: HeadThresholds; evaluation: MultiLabelEvaluation }> {
  const { registry, logger } = options;
  await assertTask(directory, options.head);
  await assertModelTarget(directory);
  const model = await loadModel(directory, { ...(registry === undefined ? {} : { registry }), logger });
  try {
    const head = findHead(model, options.head);
    const oneOfSeveral = model.heads.size > 1;
    const { texts, targets } = await loadRowsForHead(options, head, { ...options, oneOfSeveral });
    if (targets.task !== 'multi-label') throw createTaskError(options.head, targets.task);
    const embeddings = await encodeDistinctTexts(model.encoder, [texts], options);
    const scores = scoreHead(head, embeddings.select(texts));
    const thresholds = tuneHeadThresholds(targets, scores, { metric: options.metric ?? 'f1', source: options.data });
    const evaluation = evaluateMultiLabel({ targets, scores, thresholds: thresholds.tuned });
    const { manifest } = model;
    await updateHead(directory, options.head, { thresholds, evaluation: { validation: evaluation }, manifest });
    return { thresholds, evaluation };
  } finally {
    await model.release();
  }
}

/** Refuses a head of another task before its encoder is loaded and any data is read. */
async function assertTask(directory: string, name: string): Promise<void> {
  const { heads } = await readManifest(directory);
  const head = heads.find((entry) => entry.name === name);
  if (head !== undefined && head.task !== 'multi-label') throw createTaskError(name, head.task);
}

function createTaskError(head: string, task: Task): PolyheadError {
  return new PolyheadError('TASK_UNSUPPORTED', {
    message: `Head "${head}" is a ${task} head; thresholds belong to multi-label heads.`,
    details: { head, task },
  });
}
