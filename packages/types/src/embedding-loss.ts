/** Pairs of texts of a batch. `first[i]` and `second[i]` are rows of the batch's embeddings. */
export interface PairBatch {
  /** `[pairs]` */
  readonly first: Int32Array;
  /** `[pairs]` */
  readonly second: Int32Array;
  /** `[pairs]`: 1 for texts that belong together, 0 for others, or the similarity that is wanted. */
  readonly targets: Float32Array;
  /** `[pairs]`, non-negative: how much each pair counts. @default 1 for every pair */
  readonly weights?: Float32Array | undefined;
}

/** Triplets of texts of a batch: rows of the batch's embeddings. */
export interface TripletBatch {
  /** `[triplets]` */
  readonly anchors: Int32Array;
  /** `[triplets]`: a text that belongs with the anchor. */
  readonly positives: Int32Array;
  /** `[triplets]`: one that does not. */
  readonly negatives: Int32Array;
}

/** Anchors that must find their partner among the partners of all anchors: rows of the batch's embeddings. */
export interface RankingBatch {
  /** `[anchors]` */
  readonly anchors: Int32Array;
  /** `[anchors]`: the partner of each. */
  readonly positives: Int32Array;
  /** Texts that are nobody's partner, of any number. @default none */
  readonly negatives?: Int32Array | undefined;
}

/** All texts of a batch with what they have in common. */
export interface GroupBatch {
  /** `[rows, rows]`, row-major, symmetric: 1 where two texts share a label, 0 elsewhere; the diagonal is not looked at. */
  readonly alike: Float32Array;
}

/** What an embedding loss needs to see of a batch, by the name of that need. */
export interface EmbeddingBatches {
  readonly pairs: PairBatch;
  readonly triplets: TripletBatch;
  readonly ranking: RankingBatch;
  readonly groups: GroupBatch;
}

/** The name of what an embedding loss needs to see of a batch. */
export type EmbeddingBatchShape = keyof EmbeddingBatches;

/**
 * A loss on the embeddings of a batch, written in tensor operations so that its gradient comes by itself. It says what it
 * needs to see, and the sampler follows. `TensorType` is the tensor class of the library it is written in.
 */
export interface EmbeddingLossOf<TensorType, Shape extends EmbeddingBatchShape> {
  readonly name: string;
  readonly batchShape: Shape;
  /**
   * A scalar.
   * @param embeddings `[rows, dimension]`
   * @throws {PolyheadError} SHAPE_MISMATCH if the batch is empty, or an index is no row of the embeddings, or lists differ in
   * length; INVALID_ARGUMENT if targets, weights or `alike` hold values that they must not
   */
  compute(embeddings: TensorType, batch: EmbeddingBatches[Shape]): TensorType;
}

/** A loss on embeddings that needs any one kind of batch; `batchShape` tells them apart. */
export type EmbeddingLoss<TensorType> = {
  [Shape in EmbeddingBatchShape]: EmbeddingLossOf<TensorType, Shape>;
}[EmbeddingBatchShape];
