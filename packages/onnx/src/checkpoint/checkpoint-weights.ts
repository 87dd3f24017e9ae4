import { PolyheadError, type Tensor } from '@polyhead/types';

import type { GraphBuilder } from '../builder/graph-builder.ts';
import { createLazyTensor, tensorBytes } from '../tensor/create-tensor.ts';
import { toFloat32 } from '../tensor/to-float32.ts';
import type { Checkpoint } from './read-checkpoint.ts';

/** Brings the weights of a checkpoint into a graph, as float32 and under their names in the bare encoder. */
export interface CheckpointWeights {
  /**
   * Adds the tensor as initializer.
   * @throws {PolyheadError} TENSOR_MISSING, TENSOR_SHAPE_MISMATCH
   */
  weight(name: string, shape: readonly number[]): string;
  has(name: string): boolean;
  /** Of every weight in the graph: its name in the checkpoint, by the name of its initializer. */
  readonly names: ReadonlyMap<string, string>;
}

/** Old names of parameters, which some checkpoints still have. */
const oldEndings: readonly (readonly [string, string])[] = [
  ['LayerNorm.weight', 'LayerNorm.gamma'],
  ['LayerNorm.bias', 'LayerNorm.beta'],
];

/** @param prefix what names start with in the checkpoint and not in the graph, see {@link findEncoderPrefix} */
export function createCheckpointWeights(
  checkpoint: Checkpoint,
  builder: GraphBuilder,
  prefix: string,
): CheckpointWeights {
  const names = new Map<string, string>();

  function find(name: string): { tensor: Tensor; file: string } | undefined {
    const full = prefix + name;
    const old = oldEndings.find(([ending]) => full.endsWith(ending));
    const alternative = old === undefined ? full : full.slice(0, -old[0].length) + old[1];
    return checkpoint.tensors.get(full) ?? checkpoint.tensors.get(alternative);
  }

  return {
    names,
    has: (name) => find(name) !== undefined,
    weight(name, shape) {
      const found = find(name);
      if (found === undefined) throw missing(checkpoint, prefix + name);
      const { tensor, file } = found;
      if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis])) {
        throw new PolyheadError('TENSOR_SHAPE_MISMATCH', {
          message: `Tensor "${prefix + name}" of "${file}" has the shape [${tensor.shape.join(', ')}], but config.json asks for [${shape.join(', ')}].`,
          remedy: 'Check that config.json and the weights come from the same model.',
          details: { tensor: prefix + name, file, shape: [...tensor.shape], expected: [...shape] },
        });
      }
      names.set(name, prefix + name);
      return builder.initializer(name, widened(tensor));
    },
  };
}

const widenedTensors = new WeakMap<Tensor, Tensor>();

/** The same tensor object for the same tensor, so that a shared weight stays one initializer. */
function widened(tensor: Tensor): Tensor {
  if (tensor.dataType === 'float32') return tensor;
  const known = widenedTensors.get(tensor);
  if (known !== undefined) return known;
  const result = createLazyTensor({ dataType: 'float32', shape: tensor.shape }, () =>
    tensorBytes({ dataType: 'float32', shape: tensor.shape, data: toFloat32(tensor) }),
  );
  widenedTensors.set(tensor, result);
  return result;
}

/**
 * Finds the encoder inside a checkpoint, whatever it is wrapped in (`bert.`, `roberta.`, `0.model.`).
 * @param probe a tensor that every such encoder has, by its name in the bare encoder
 * @throws {PolyheadError} TENSOR_MISSING if the probe is nowhere
 */
export function findEncoderPrefix(checkpoint: Checkpoint, probe: string): string {
  const candidates = [...checkpoint.tensors.keys()]
    .filter((name) => name === probe || name.endsWith(`.${probe}`))
    .sort((left, right) => left.length - right.length);
  const [best] = candidates;
  if (best === undefined) throw missing(checkpoint, probe);
  return best.slice(0, best.length - probe.length);
}

function missing(checkpoint: Checkpoint, name: string): PolyheadError {
  const [first] = checkpoint.tensors.values();
  const file = first?.file ?? checkpoint.directory;
  return new PolyheadError('TENSOR_MISSING', {
    message: `Tensor "${name}" is missing from "${file}".`,
    remedy: 'Check that the download is complete and that config.json belongs to these weights.',
    details: { tensor: name, file },
  });
}
