import type { EncoderParameter } from '@polyhead/types';

/** A parameter and where it lies in the flat arrays of all parameters. */
export interface PlacedParameter extends EncoderParameter {
  /** Index of its first number. */
  readonly offset: number;
  /** How many numbers it has. */
  readonly length: number;
  readonly trained: boolean;
  /** Its learning rate is the update's times this. */
  readonly learningRateScale: number;
}

/**
 * All parameters but the table of word embeddings, one after the other: those that are trained first, so that they, their
 * gradients and their moments are one range.
 */
export interface ParameterLayout {
  readonly parameters: readonly PlacedParameter[];
  /** Numbers from 0 on that are trained. */
  readonly trainedLength: number;
  readonly totalLength: number;
}

/** A part of the trained range that belongs to one parameter. */
export interface ParameterSlice {
  readonly start: number;
  readonly end: number;
  readonly parameter: PlacedParameter;
}

/** Numbers that a parameter's place is a multiple of: 64 bytes, a cache line. */
const alignment = 16;

/** Whether a parameter's weights are decayed: all but biases and normalizations, as is usual (Loshchilov and Hutter 2019). */
export function isDecayed({ role }: EncoderParameter): boolean {
  return role === 'weight' || role === 'embedding';
}

/** How many numbers a tensor of this shape has. */
export function countNumbers(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Gives every parameter its place, in the given order but trained ones first. */
export function placeParameters(
  parameters: readonly EncoderParameter[],
  options: {
    readonly isTrained: (parameter: EncoderParameter) => boolean;
    readonly learningRateScale: (parameter: EncoderParameter) => number;
  },
): ParameterLayout {
  const isTrained = parameters.map((parameter) => options.isTrained(parameter));
  const ordered = [
    ...parameters.filter((_, index) => isTrained[index]),
    ...parameters.filter((_, index) => isTrained[index] !== true),
  ];
  const trainedCount = isTrained.filter(Boolean).length;
  let offset = 0;
  let trainedLength = 0;
  const placed = ordered.map((parameter, index): PlacedParameter => {
    const length = countNumbers(parameter.shape);
    const place = { offset, length, trained: index < trainedCount };
    offset += Math.ceil(length / alignment) * alignment;
    if (place.trained) trainedLength = offset;
    return { ...parameter, ...place, learningRateScale: options.learningRateScale(parameter) };
  });
  return { parameters: placed, trainedLength, totalLength: offset };
}

/** The range of the trained numbers that one of several workers owns: it sums their gradients and updates them. */
export function ownedRange(
  { trainedLength }: ParameterLayout,
  worker: number,
  workers: number,
): { readonly start: number; readonly end: number } {
  const share = Math.ceil(trainedLength / workers / alignment) * alignment;
  return { start: Math.min(trainedLength, worker * share), end: Math.min(trainedLength, (worker + 1) * share) };
}

/** The parts of a range, parameter by parameter. */
export function sliceByParameter(
  { parameters }: ParameterLayout,
  range: { readonly start: number; readonly end: number },
): ParameterSlice[] {
  return parameters
    .filter(({ trained, offset, length }) => trained && offset < range.end && offset + length > range.start)
    .map((parameter) => ({
      parameter,
      start: Math.max(range.start, parameter.offset),
      end: Math.min(range.end, parameter.offset + parameter.length),
    }));
}
