import type { GraphBuilder } from '../builder/graph-builder.ts';
import type { CheckpointWeights } from '../checkpoint/checkpoint-weights.ts';
import type { ConfigurationReader } from '../checkpoint/configuration-reader.ts';
import type { Dropout } from './dropout.ts';

/**
 * What every block of an encoder works with. Inside an encoder, token states are two-dimensional, `[tokens, hidden]` with
 * `tokens = batch * sequence`: a linear layer is then one Gemm that takes the checkpoint's weight as it is.
 */
export interface EncoderContext {
  readonly builder: GraphBuilder;
  readonly weights: CheckpointWeights;
  readonly configuration: ConfigurationReader;
  readonly dropout: Dropout;
  /** int64 `[batch, sequence]` */
  readonly inputIds: string;
  /** int64 `[batch, sequence]`, 1 for tokens and 0 for padding. */
  readonly attentionMask: string;
  /** int64 `[2]`: batch and sequence. */
  readonly inputShape: string;
}
