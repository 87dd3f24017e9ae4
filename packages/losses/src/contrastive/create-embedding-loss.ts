import type * as tf from '@tensorflow/tfjs-core';
import { PolyheadError, type EmbeddingLoss } from '@polyhead/types';
import { angle, type AngleOptions } from './angle.ts';
import { batchAllTriplet } from './batch-all-triplet.ts';
import {
  batchHardSoftMarginTriplet,
  batchHardTriplet,
  type BatchSoftMarginTripletOptions,
} from './batch-hard-triplet.ts';
import { batchSemiHardTriplet } from './batch-semi-hard-triplet.ts';
import type { BatchTripletOptions } from './batch-triplet-options.ts';
import { contrastive, type ContrastiveOptions } from './contrastive.ts';
import { cosent, type CosentOptions } from './cosent.ts';
import { cosineSimilarity } from './cosine-similarity.ts';
import { multipleNegativesRanking, type MultipleNegativesRankingOptions } from './multiple-negatives-ranking.ts';
import { onlineContrastive } from './online-contrastive.ts';
import { supervisedContrastive, type SupervisedContrastiveOptions } from './supervised-contrastive.ts';
import { triplet, type TripletOptions } from './triplet.ts';

/** The options of every embedding loss, by name. */
export interface EmbeddingLossOptions {
  readonly 'cosine-similarity': unknown;
  readonly contrastive: ContrastiveOptions;
  readonly 'online-contrastive': ContrastiveOptions;
  readonly cosent: CosentOptions;
  readonly angle: AngleOptions;
  readonly 'multiple-negatives-ranking': MultipleNegativesRankingOptions;
  readonly triplet: TripletOptions;
  readonly 'batch-all-triplet': BatchTripletOptions;
  readonly 'batch-hard-triplet': BatchTripletOptions;
  readonly 'batch-hard-soft-margin-triplet': BatchSoftMarginTripletOptions;
  readonly 'batch-semi-hard-triplet': BatchTripletOptions;
  readonly 'supervised-contrastive': SupervisedContrastiveOptions;
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
  contrastive: { create: contrastive, options: ['margin', 'distance'] },
  'online-contrastive': { create: onlineContrastive, options: ['margin', 'distance'] },
  cosent: { create: cosent, options: ['scale'] },
  angle: { create: angle, options: ['scale'] },
  'multiple-negatives-ranking': { create: multipleNegativesRanking, options: ['scale', 'symmetric'] },
  triplet: { create: triplet, options: ['margin', 'distance'] },
  'batch-all-triplet': { create: batchAllTriplet, options: ['margin', 'distance'] },
  'batch-hard-triplet': { create: batchHardTriplet, options: ['margin', 'distance'] },
  'batch-hard-soft-margin-triplet': { create: batchHardSoftMarginTriplet, options: ['distance'] },
  'batch-semi-hard-triplet': { create: batchSemiHardTriplet, options: ['margin', 'distance'] },
  'supervised-contrastive': { create: supervisedContrastive, options: ['temperature'] },
};

/** The names of all embedding losses. */
export const embeddingLossNames: readonly EmbeddingLossName[] = Object.keys(factories) as EmbeddingLossName[];

/**
 * The embedding loss that a configuration names.
 * @throws {PolyheadError} INVALID_ARGUMENT if it names an unknown loss or option, or an option is out of range
 */
export function createEmbeddingLoss(config: EmbeddingLossConfig): EmbeddingLoss<tf.Tensor> {
  const { name, ...options } = toObject(config);
  if (typeof name !== 'string' || !isEmbeddingLossName(name)) {
    throw invalid(`"${String(name)}" is not an embedding loss`, `Choose one of: ${embeddingLossNames.join(', ')}.`);
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

/** A configuration may come from a file, so it may be anything. */
function toObject(config: unknown): Record<string, unknown> {
  return typeof config === 'object' && config !== null ? { ...config } : { name: config };
}

function isEmbeddingLossName(name: string): name is EmbeddingLossName {
  return Object.hasOwn(factories, name);
}

function invalid(problem: string, remedy: string): PolyheadError {
  return new PolyheadError('INVALID_ARGUMENT', { message: `${problem}.`, remedy });
}
