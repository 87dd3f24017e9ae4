import type { EmbeddingBatchShape, LabeledTexts } from '@polyhead/types';
import { assertOwnExamples, type OwnExamples } from '../own-examples.ts';
import type { EmbeddingPhase, PairSampling } from '../settings.ts';
import { createAllPairsSource, createGroupSource } from './batch-sources.ts';
import { joinSources, type ContrastiveSource } from './contrastive-source.ts';
import { createDrawnPairsSource } from './drawn-pairs-source.ts';
import { createOwnPairsSource, createOwnRankingSource, createOwnTripletsSource } from './own-source.ts';
import { createRankingSource } from './ranking-source.ts';
import { createTripletSource } from './triplet-source.ts';

/** What batches are made from. */
export interface ContrastiveInput {
  /** Texts with labels, head by head. */
  readonly examples: readonly LabeledTexts[];
  readonly own?: OwnExamples | undefined;
  readonly phase: Pick<EmbeddingPhase, 'sampling' | 'batchSize'>;
}

type Creators = {
  readonly [Shape in EmbeddingBatchShape]: (input: ContrastiveInput) => readonly ContrastiveSource<Shape>[];
};

/** By what a loss needs to see. */
const creators: Creators = {
  pairs: ({ examples, own, phase }) => [
    ...examples.map((part) => createPairSource(part, phase)),
    ...nonEmpty(own?.pairs).map((pairs) => createOwnPairsSource(pairs, phase.batchSize)),
  ],
  triplets: ({ examples, own, phase: { batchSize } }) => [
    ...examples.map((part) => createTripletSource(part, batchSize)),
    ...nonEmpty(own?.triplets).map((triplets) => createOwnTripletsSource(triplets, batchSize)),
  ],
  ranking: ({ examples, own, phase: { batchSize } }) => [
    ...examples.map((part) => createRankingSource(part, batchSize)),
    ...nonEmpty(own?.triplets).map((triplets) => createOwnRankingSource(triplets, batchSize)),
  ],
  groups: ({ examples, phase: { batchSize } }) => examples.map((part) => createGroupSource(part, batchSize)),
};

/**
 * The batches that a loss needs, from the examples of all heads and from examples of one's own.
 * @throws {PolyheadError} INVALID_ARGUMENT, INVALID_TEXT, TASK_UNSUPPORTED
 */
export function createContrastiveSource(
  shape: EmbeddingBatchShape,
  input: ContrastiveInput,
): ContrastiveSource<EmbeddingBatchShape> {
  if (input.own !== undefined) assertOwnExamples(input.own, shape);
  const examples = input.examples.filter(({ texts }) => texts.length > 0);
  return joinSources<EmbeddingBatchShape>(creators[shape]({ ...input, examples }));
}

function nonEmpty<Item>(list: readonly Item[] | undefined): readonly (readonly Item[])[] {
  return list === undefined || list.length === 0 ? [] : [list];
}

function createPairSource(
  examples: LabeledTexts,
  { sampling, batchSize }: ContrastiveInput['phase'],
): ContrastiveSource<'pairs'> {
  if (sampling === 'all-pairs') return createAllPairsSource(examples, batchSize);
  return createDrawnPairsSource(examples, { ...toDrawing(sampling), batchSize });
}

function toDrawing(
  sampling: Exclude<PairSampling, 'all-pairs'>,
): Pick<Parameters<typeof createDrawnPairsSource>[1], 'strategy' | 'asReference'> {
  return typeof sampling === 'object' && 'reference' in sampling
    ? { strategy: sampling.reference, asReference: true }
    : { strategy: sampling, asReference: false };
}
