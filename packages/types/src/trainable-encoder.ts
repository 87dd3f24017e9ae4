import type { EncoderDescription } from './encoder.ts';
import type { LongOperationOptions } from './progress.ts';
import type { Matrix } from './tensor.ts';
import type { Encoding, TokenizerInput } from './tokenizer.ts';

/** What a parameter is for; decides whether it is decayed and which choices of trainable parameters it belongs to. */
export type ParameterRole = 'weight' | 'bias' | 'normalization' | 'embedding';

/** A tensor of an encoder that can learn. */
export interface EncoderParameter {
  /** Its name in the checkpoint. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: ParameterRole;
  /** 0 for the embeddings, 1 for the first layer and so on. */
  readonly layer: number;
}

/** How parameters move against their gradients. The defaults of both are PyTorch's. */
export type OptimizerSettings =
  | {
      readonly kind: 'adamw';
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      /** Decoupled; taken off weights and embeddings, never off biases and normalizations. */
      readonly weightDecay: number;
    }
  | {
      readonly kind: 'sgd';
      readonly momentum: number;
      /** Added to the gradient of weights and embeddings, never of biases and normalizations. */
      readonly weightDecay: number;
    };

/** One update of all trained parameters. */
export interface ParameterUpdate {
  readonly learningRate: number;
  /** Every gradient is multiplied by this first: clipping by the global norm. */
  readonly gradientScale: number;
}

/** How texts go forward through a trainable encoder. */
export interface TrainingPassOptions extends LongOperationOptions {
  /** Decides which numbers dropout takes out; equal seeds, equal masks. */
  readonly dropoutSeed: number;
}

/** Texts that went forward and whose gradient may come back. */
export interface TrainingPass {
  /** `[texts, dimension]`, in the order of the texts. */
  readonly embeddings: Matrix;
  /**
   * Adds the gradients of all trained parameters for the gradient of a loss with respect to `embeddings`.
   * At most once a pass; frees what was kept for it.
   * @param gradient `[texts, dimension]`
   * @throws {PolyheadError} SHAPE_MISMATCH; INVALID_ARGUMENT if the gradients of this step were summed already; ABORTED, after
   * which a part of the gradients may have been added (`discardGradients` takes them back)
   */
  backward(gradient: Float32Array): Promise<void>;
  /** Frees what was kept for `backward`, when it is not going to be called. */
  discard(): void;
}

/**
 * An encoder that learns. A training step is: `forward`, the loss and its gradient by the caller, `backward` (any number of
 * passes add up), `sumGradients` for the norm, `update`. The calling thread stays free meanwhile: worker threads do the work.
 */
export interface TrainableEncoder {
  readonly description: EncoderDescription;
  /** The parameters that are trained, in a fixed order. */
  readonly parameters: readonly EncoderParameter[];
  /** Number of updates so far. */
  readonly updates: number;
  /**
   * Ids of texts, made once and used in every epoch. Longer texts are cut at the maximum length.
   * @throws {PolyheadError} INVALID_TEXT, ABORTED
   */
  tokenize(texts: readonly TokenizerInput[], options?: LongOperationOptions): Promise<Encoding[]>;
  /**
   * Embeddings for training, with dropout. Equal texts of a batch are worth passing once.
   * @throws {PolyheadError} ABORTED, SESSION_RELEASED
   */
  forward(texts: readonly Encoding[], options: TrainingPassOptions): Promise<TrainingPass>;
  /** Embeddings `[texts, dimension]` with the parameters as they are now, without dropout. */
  encode(texts: readonly Encoding[], options?: LongOperationOptions): Promise<Matrix>;
  /**
   * Completes the gradients of this step, once: `update` or `discardGradients` has to follow before further gradients.
   * @returns the sum of their squares, over all trained parameters
   * @throws {PolyheadError} INVALID_ARGUMENT if they are complete already
   */
  sumGradients(): Promise<number>;
  /** Moves the parameters, and sets all gradients to 0. */
  update(update: ParameterUpdate): Promise<void>;
  /** Sets all gradients to 0 without an update. */
  discardGradients(): Promise<void>;
  /**
   * Writes parameters, optimizer state and update count to one file, atomically. They are not copied for it: wait for its end
   * before anything else, since `forward` and `encode` bring word embeddings up to date too.
   * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL
   */
  saveState(path: string): Promise<void>;
  /**
   * Brings back what `saveState` wrote; training goes on exactly as it would have.
   * @throws {PolyheadError} FILE_NOT_FOUND, SAFETENSORS_MALFORMED, CHECKPOINT_MISMATCH
   */
  loadState(path: string): Promise<void>;
  /**
   * Writes the encoder with its present parameters to a folder that any encoder can be loaded from: weights,
   * configuration, tokenizer.
   * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL
   */
  saveEncoder(directory: string): Promise<void>;
  /** Ends the worker threads. Calls after it throw SESSION_RELEASED. */
  release(): Promise<void>;
}
