import type { AdapterScale } from '@polyhead/onnx';
import type { Logger, LongOperationOptions, OptimizerSettings, PoolingMode } from '@polyhead/types';

/** Which parameters of an encoder learn: all, none, only biases (BitFit, Ben Zaken et al. 2022), or those of the last layers. */
export type TrainableChoice = 'all' | 'none' | 'biases' | { readonly lastLayers: number };

/** How a trainable encoder is loaded. */
export interface LoadTrainableEncoderOptions extends LongOperationOptions {
  /** @default 'all' */
  readonly trainable?: TrainableChoice | undefined;
  /**
   * Trains low-rank adapters (LoRA, Hu et al. 2022) of the attention's query and value projections in place of the weights.
   * They are merged into the weights when the encoder is saved. Not together with `trainable`.
   */
  readonly lora?: AdapterScale | undefined;
  /** Decides how adapters start. @default 42 */
  readonly seed?: number | undefined;
  /** @default AdamW with PyTorch's settings */
  readonly optimizer?: OptimizerSettings | undefined;
  /** A layer's learning rate is this times that of the layer above it. @default 1 */
  readonly layerDecay?: number | undefined;
  /** Probability at every dropout site. @default the probabilities of config.json */
  readonly dropout?: number | undefined;
  /**
   * Bytes that parameters, gradients, optimizer state and activations may take together. What the forward pass
   * computes is kept for the backward pass as far as it fits, and else computed again.
   * @default half of the memory that is free
   */
  readonly memoryBudget?: number | undefined;
  /** Most tokens of a micro-batch, padding included. @default 512 */
  readonly microBatchTokens?: number | undefined;
  /** Worker threads. @default the number of processors */
  readonly threads?: number | undefined;
  /**
   * True moves only those word embeddings that occur in a batch; the others keep still instead of following their moments
   * and decay. Saves time with very large vocabularies.
   * @default false
   */
  readonly lazyEmbeddings?: boolean | undefined;
  /** @default the model's own */
  readonly pooling?: PoolingMode | undefined;
  /** Whether embeddings have length 1; linear heads that learn with the encoder do better without. @default the model's own */
  readonly normalize?: boolean | undefined;
  /** Longest text in tokens. @default the model's own */
  readonly maximumLength?: number | undefined;
  readonly prompt?: string | undefined;
  /** Folder of low-rank adapters that are merged into the weights before training begins. @default none */
  readonly adapters?: string | undefined;
  /** Takes the folder's `onnx/model.onnx` instead of building the graph. @default only if there are no safetensors */
  readonly useOnnxFile?: boolean | undefined;
  readonly cacheDirectory?: string | undefined;
  readonly logger?: Logger | undefined;
}

/** AdamW with PyTorch's defaults. */
export const defaultOptimizer: OptimizerSettings = {
  kind: 'adamw',
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
};
