import { loadCrossEncoder, type LoadedCrossEncoder } from '@polyhead/backbone';
import type { SingleLabelEvaluation } from '@polyhead/metrics';
import { evaluatePairs, type NliEvaluations } from './judge-nli.ts';
import type { NliData } from './load-nli-data.ts';
import type { NliConfig } from './nli-config.ts';
import { encodeExamples, type NliExamples } from './nli-examples.ts';
import type { TrainNliModelOptions } from './train-classifier.ts';

/** Figures of a model as it was saved, by the way that predictions go. */
export interface SavedModelEvaluations {
  readonly validation: NliEvaluations;
  readonly test: NliEvaluations;
}

/** @throws {PolyheadError} what `loadCrossEncoder` throws, ABORTED */
export async function evaluateSavedModel(
  directory: string,
  { validation, test }: Pick<NliData, 'validation' | 'test'>,
  { backbone, signal, onProgress, logger }: Pick<NliConfig, 'backbone'> & TrainNliModelOptions,
): Promise<SavedModelEvaluations> {
  // At the model's own length, as it is used: the length of training saves time there. A hypothesis that alone is longer must
  // not lose a training at its end, so it is cut as it was in training.
  const { threads } = backbone;
  const model = await loadCrossEncoder(directory, { threads, truncation: 'longest-first', signal, logger });
  try {
    return {
      validation: await evaluateSets(model, validation, { signal, onProgress }),
      test: await evaluateSets(model, test, { signal, onProgress }),
    };
  } finally {
    await model.release();
  }
}

async function evaluateSets(
  model: LoadedCrossEncoder,
  sets: readonly NliExamples[],
  options: Pick<TrainNliModelOptions, 'signal' | 'onProgress'>,
): Promise<NliEvaluations> {
  const { labels } = model.description;
  const evaluations: Record<string, SingleLabelEvaluation> = {};
  for (const { name, pairs } of sets) {
    const { texts, classes } = encodeExamples(pairs, labels);
    if (texts.length === 0) continue;
    const { data, rows, columns } = await model.logits(texts, options);
    evaluations[name] = evaluatePairs(labels, classes, { data, rows, columns });
  }
  return evaluations;
}
