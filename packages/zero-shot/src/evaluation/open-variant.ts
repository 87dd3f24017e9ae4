import { loadCrossEncoder, loadEncoder } from '@polyhead/backbone';
import type { CrossEncoder, Encoder, Logger, ZeroShotClassifier } from '@polyhead/types';
import { automaticMethod } from '../automatic-method.ts';
import { createZeroShotClassifier } from '../create-zero-shot-classifier.ts';
import { defaultEncoder, defaultNliModel } from '../default-models.ts';
import type { EvaluationVariant } from './evaluation-manifest.ts';

/** How models of a variant are loaded. */
export interface OpenVariantOptions {
  readonly threads?: number | undefined;
  readonly logger?: Logger | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A variant that is ready to classify. */
export interface OpenedVariant {
  readonly classifier: ZeroShotClassifier;
  /** Of its models. */
  readonly digests: readonly string[];
  release(): Promise<void>;
}

/** Loads the models here, since the key of a cell has their digests. */
export async function openVariant(variant: EvaluationVariant, options: OpenVariantOptions): Promise<OpenedVariant> {
  const { nli, embedding, cascade } = variant;
  const method = variant.method === 'auto' ? automaticMethod(variant) : variant.method;
  const { threads, logger, signal } = options;
  const reference = variant.model ?? defaultNliModel;
  let model: CrossEncoder | undefined;
  let encoder: Encoder | undefined;
  const release = async (): Promise<void> => {
    await Promise.all([model?.release(), encoder?.release()]);
  };
  try {
    if (method !== 'embedding') model = await loadCrossEncoder(reference, { threads, logger, signal });
    if (method !== 'nli') encoder = await loadEncoder(variant.encoder ?? defaultEncoder, { threads, logger, signal });
    const classifier = await createZeroShotClassifier({ method, model, encoder, nli, embedding, cascade, logger });
    const digests = [model?.description.digest ?? '', encoder?.description.digest ?? ''];
    return { classifier, digests, release };
  } catch (error) {
    await release();
    throw error;
  }
}
