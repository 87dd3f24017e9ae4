import type { NamedArrays } from '@polyhead/numerics';
import type { Matrix, RandomGenerator } from '@polyhead/types';

/** What one training step works on. Objectives add what else they need, such as the labels of rows. */
export interface TrainingBatch {
  /** The distinct texts that are encoded, as places in the list of all texts. */
  readonly texts: Int32Array;
}

/** The value of an objective on one batch, and which way is down. */
export interface ObjectiveResult {
  /** What is minimised. */
  readonly loss: number;
  /** The losses that it consists of, by head or another name, before they are weighted. */
  readonly parts: Readonly<Record<string, number>>;
  /** `[texts, dimension]` */
  readonly embeddingGradient: Float32Array;
  /** Of the objective's own parameters; one that the batch says nothing about has none. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/** Which learning rate a parameter follows: that of heads, or that of the uncertainties which weigh heads. */
export type ParameterKind = 'heads' | 'uncertainties';

/**
 * What training minimises: a function of embeddings, with parameters of its own such as the weights of heads. It knows
 * nothing of the encoder, and the encoder nothing of it: they meet at the embeddings and their gradient.
 */
export interface Objective<Batch extends TrainingBatch> {
  /** Changed in place as training goes on. */
  readonly parameters: NamedArrays;
  /** Whether weight decay applies to a parameter. */
  decays(parameter: string): boolean;
  /** Which learning rate a parameter follows. */
  kindOf(parameter: string): ParameterKind;
  /**
   * @param embeddings `[texts, dimension]` in the order of `batch.texts`
   * @param random for dropout; equal seeds give equal results
   */
  evaluate(embeddings: Matrix, batch: Batch, random: RandomGenerator): ObjectiveResult;
}
