import * as tf from '@tensorflow/tfjs-core';
import type { EmbeddingBatches, EmbeddingBatchShape, EmbeddingLossOf } from '@polyhead/types';
import {
  assertGroupBatch,
  assertPairBatch,
  assertRankingBatch,
  assertTripletBatch,
  type CheckedBatch,
} from './batch-checks.ts';

type Checks = { readonly [Shape in EmbeddingBatchShape]: (checked: CheckedBatch<EmbeddingBatches[Shape]>) => void };

const checks: Checks = {
  pairs: assertPairBatch,
  triplets: assertTripletBatch,
  ranking: assertRankingBatch,
  groups: assertGroupBatch,
};

/** What all losses on embeddings have in common: the batch is checked first, and no tensor is left over. */
export function defineEmbeddingLoss<Shape extends EmbeddingBatchShape>(
  name: string,
  batchShape: Shape,
  compute: EmbeddingLossOf<tf.Tensor, Shape>['compute'],
): EmbeddingLossOf<tf.Tensor, Shape> {
  return {
    name,
    batchShape,
    compute: (embeddings, batch) =>
      tf.tidy(() => {
        checks[batchShape]({ loss: name, embeddings, batch });
        return compute(embeddings, batch);
      }),
  };
}
