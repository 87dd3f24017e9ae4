import { PolyheadError, type EmbeddingBatchShape } from '@polyhead/types';

/** Two texts of your own and how alike they are: 1 for the same, 0 for unlike, or anything between. */
export interface OwnPair {
  readonly first: string;
  readonly second: string;
  readonly similarity: number;
}

/** A text of your own, one that belongs with it, and one that only seems to: a hard negative. */
export interface OwnTriplet {
  readonly anchor: string;
  readonly positive: string;
  readonly negative: string;
}

/** Examples of your own: pairs for losses on pairs, triplets for losses on triplets and ranking losses. */
export interface OwnExamples {
  readonly pairs?: readonly OwnPair[] | undefined;
  readonly triplets?: readonly OwnTriplet[] | undefined;
}

/**
 * Checks that a loss can use examples of one's own, and that they are well-formed.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function assertOwnExamples({ pairs = [], triplets = [] }: OwnExamples, shape: EmbeddingBatchShape): void {
  if (pairs.length > 0 && shape !== 'pairs') throw unusable('pairs', shape);
  if (triplets.length > 0 && shape !== 'triplets' && shape !== 'ranking') throw unusable('triplets', shape);
  const wrong = pairs.findIndex(({ similarity }) => !(similarity >= -1 && similarity <= 1));
  if (wrong !== -1) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `Pair ${wrong + 1} has the similarity ${pairs[wrong]?.similarity ?? ''}.`,
      remedy: 'Give 1 for texts that belong together, 0 for others, or a number between.',
      details: { pair: wrong + 1 },
    });
  }
  const texts = [
    ...pairs.flatMap(({ first, second }) => [first, second]),
    ...triplets.flatMap(({ anchor, positive, negative }) => [anchor, positive, negative]),
  ];
  if (texts.every((text) => text.trim() !== '')) return;
  throw new PolyheadError('INVALID_TEXT', {
    message: 'A text of the pairs or triplets is empty.',
    remedy: 'Leave such examples out.',
  });
}

function unusable(what: string, shape: EmbeddingBatchShape): PolyheadError {
  return new PolyheadError('INVALID_ARGUMENT', {
    message: `There are ${what} of your own, but the loss needs ${shape}.`,
    remedy:
      what === 'pairs'
        ? 'Choose a loss on pairs, such as cosine-similarity.'
        : 'Choose triplet or multiple-negatives-ranking.',
    details: { given: what, needed: shape },
  });
}
