import type { ObservedValues } from '@polyhead/autodiff';
import type { OnnxModel } from '@polyhead/onnx';
import type { TensorDataType } from '@polyhead/types';
import { evaluateShape, findShapeFormula, type BatchSizes, type ShapeFormula } from './shape-formula.ts';

/** Bytes that a micro-batch takes at its height, beside parameters and gradients. */
export interface GraphMemory {
  /** What is kept between the forward and the backward pass. */
  readonly saved: (sizes: BatchSizes) => number;
  /** Dropout masks, which are made for either pass. */
  readonly masks: (sizes: BatchSizes) => number;
  /** The largest sum of values that are alive at one time while a pass runs. */
  readonly forward: (sizes: BatchSizes) => number;
  readonly unsavedForward: (sizes: BatchSizes) => number;
  readonly backward: (sizes: BatchSizes) => number;
  readonly joint: (sizes: BatchSizes) => number;
}

/** A value with its bytes for any batch, and the first and last node that it is there for. */
interface LiveValue {
  readonly bytesPerElement: number;
  readonly shape: ShapeFormula;
  readonly from: number;
  readonly to: number;
}

const bytesOf: Partial<Record<TensorDataType, number>> = { float32: 4, int32: 4, uint8: 1, bool: 1 };

/** A number's bytes; 8 for int64 and everything rare. */
export function bytesPerElement(dataType: TensorDataType): number {
  return bytesOf[dataType] ?? 8;
}

/**
 * Estimates what a graph takes by walking its nodes in order: a value is there from the node that makes it to the last one
 * that reads it. Inputs and outputs belong to the caller and are not counted. Values of unknown shape are left out.
 */
export function estimatePeak(
  model: OnnxModel,
  values: ObservedValues,
  batches: readonly BatchSizes[],
): (sizes: BatchSizes) => number {
  const live = findLiveValues(model, values, batches);
  const nodeCount = model.graph.nodes.length;
  return (sizes) => {
    const changes = new Float64Array(nodeCount + 1);
    for (const value of live) {
      const bytes =
        value.bytesPerElement * evaluateShape(value.shape, sizes).reduce((product, size) => product * size, 1);
      changes[value.from] = (changes[value.from] ?? 0) + bytes;
      changes[value.to + 1] = (changes[value.to + 1] ?? 0) - bytes;
    }
    let sum = 0;
    return changes.reduce((peak, change) => Math.max(peak, (sum += change)), 0);
  };
}

function findLiveValues(model: OnnxModel, values: ObservedValues, batches: readonly BatchSizes[]): LiveValue[] {
  const { nodes, outputs } = model.graph;
  const lastUse = new Map<string, number>();
  nodes.forEach((node, index) => {
    for (const input of node.inputs) lastUse.set(input, index);
  });
  const owned = new Set(outputs.map(({ name }) => name));
  return nodes.flatMap((node, from) =>
    node.outputs.flatMap((name): LiveValue[] => {
      const value = values.get(name);
      const shape = value === undefined ? undefined : findShapeFormula(value.shapes, batches);
      if (value === undefined || shape === undefined || owned.has(name)) return [];
      return [{ bytesPerElement: bytesPerElement(value.dataType), shape, from, to: lastUse.get(name) ?? from }];
    }),
  );
}
