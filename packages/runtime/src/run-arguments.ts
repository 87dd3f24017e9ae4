import { PolyheadError } from '@polyhead/types';
import type { NamedTensors, SessionValue } from './session.ts';
import { createTensor } from './tensor-conversion.ts';

/** What a run should give back. */
export interface RequestedOutputs {
  readonly names: readonly string[];
  /** Tensors to be filled, by output name; undefined if only names were given. */
  readonly tensors: NamedTensors | undefined;
}

function assertKnown(name: string, values: readonly SessionValue[], kind: 'input' | 'output'): SessionValue {
  const value = values.find((candidate) => candidate.name === name);
  if (value !== undefined) return value;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The model has no ${kind} "${name}".`,
    remedy: `Its ${kind}s are: ${values.map((candidate) => candidate.name).join(', ')}.`,
    details: { name },
  });
}

function assertFits(value: SessionValue, tensors: NamedTensors): void {
  const tensor = tensors[value.name];
  if (tensor === undefined) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The model's input "${value.name}" was not given.`,
      remedy: `Give a ${value.dataType} tensor of shape [${value.shape.join(', ')}].`,
      details: { name: value.name },
    });
  }
  if (tensor.dataType !== value.dataType) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `"${value.name}" is a ${tensor.dataType} tensor, but the model's is ${value.dataType}.`,
      details: { name: value.name, expected: value.dataType, found: tensor.dataType },
    });
  }
  createTensor(tensor.dataType, tensor.shape, tensor.data);
  const matches =
    tensor.shape.length === value.shape.length &&
    value.shape.every((size, axis) => typeof size === 'string' || size === tensor.shape[axis]);
  if (!matches) {
    throw new PolyheadError('SHAPE_MISMATCH', {
      message: `"${value.name}" has the shape [${tensor.shape.join(', ')}], but the model's is [${value.shape.join(', ')}].`,
      details: { name: value.name, expected: value.shape, found: tensor.shape },
    });
  }
}

/**
 * Checks that there is a fitting tensor for every input, and no other.
 * @throws {PolyheadError} INVALID_ARGUMENT, SHAPE_MISMATCH
 */
export function assertFeeds(inputs: readonly SessionValue[], feeds: NamedTensors): void {
  for (const name of Object.keys(feeds)) assertKnown(name, inputs, 'input');
  for (const value of inputs) assertFits(value, feeds);
}

/**
 * Reads the second argument of `run`.
 * @throws {PolyheadError} INVALID_ARGUMENT, SHAPE_MISMATCH
 */
export function resolveRequestedOutputs(
  outputs: readonly SessionValue[],
  fetches: readonly string[] | NamedTensors | undefined,
): RequestedOutputs {
  if (fetches === undefined) return { names: outputs.map((value) => value.name), tensors: undefined };
  const names = isNameList(fetches) ? fetches : Object.keys(fetches);
  if (names.length === 0) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: 'No output was asked for.',
      remedy: 'Name at least one output, or leave the argument out to get all.',
    });
  }
  const values = names.map((name) => assertKnown(name, outputs, 'output'));
  if (isNameList(fetches)) return { names, tensors: undefined };
  for (const value of values) assertFits(value, fetches);
  return { names, tensors: fetches };
}

function isNameList(fetches: readonly string[] | NamedTensors): fetches is readonly string[] {
  return Array.isArray(fetches);
}
