import type * as tf from '@tensorflow/tfjs-core';
import { PolyheadError, type EmbeddingLoss } from '@polyhead/types';
import { cosineSimilarity } from './cosine-similarity.ts';

/** The options of every embedding loss, by name. */
export interface EmbeddingLossOptions {
  readonly 'cosine-similarity': Readonly<Record<never, never>>;
}

/** The name of an embedding loss. */
export type EmbeddingLossName = keyof EmbeddingLossOptions;

/** An embedding loss as a configuration names it: its name, or its name with options. */
export type EmbeddingLossConfig =
  | EmbeddingLossName
  | { [Name in EmbeddingLossName]: { readonly name: Name } & EmbeddingLossOptions[Name] }[EmbeddingLossName];

interface Factory<Options> {
  readonly create: (options: Options) => EmbeddingLoss<tf.Tensor>;
  readonly options: readonly (keyof Options & string)[];
}

const factories: { readonly [Name in EmbeddingLossName]: Factory<EmbeddingLossOptions[Name]> } = {
  'cosine-similarity': { create: cosineSimilarity, options: [] },
};

/** The names of all embedding losses. */
export const embeddingLossNames: readonly EmbeddingLossName[] = Object.keys(factories) as EmbeddingLossName[];

/**
 * The embedding loss that a configuration names.
 * @throws {PolyheadError} INVALID_ARGUMENT if it names an unknown loss or option, or an option is out of range
 */
export function createEmbeddingLoss(config: EmbeddingLossConfig): EmbeddingLoss<tf.Tensor> {
  const { name, ...options } = typeof config === 'string' ? { name: config } : config;
  if (!Object.hasOwn(factories, name)) {
    throw invalid(`"${name}" is not an embedding loss`, `Choose one of: ${embeddingLossNames.join(', ')}.`);
  }
  // One name is tied to one type of options in the table, which the compiler cannot follow through a union.
  const factory = factories[name] as Factory<Record<string, unknown>>;
  const unknown = Object.keys(options).find((option) => !factory.options.includes(option));
  if (unknown !== undefined) {
    const known = factory.options.length === 0 ? 'It has no options.' : `Its options: ${factory.options.join(', ')}.`;
    throw invalid(`The embedding loss "${name}" has no option "${unknown}"`, known);
  }
  return factory.create(options);
}

function invalid(problem: string, remedy: string): PolyheadError {
  return new PolyheadError('INVALID_ARGUMENT', { message: `${problem}.`, remedy });
}
