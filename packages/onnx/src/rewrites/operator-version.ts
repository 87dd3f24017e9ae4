import { PolyheadError } from '@polyhead/types';

import type { GraphBuilder } from '../builder/graph-builder.ts';
import { intAttribute, intsAttribute } from '../model/attributes.ts';
import type { OnnxModel } from '../model/onnx-model.ts';

/** The first operator set in which axes of ReduceSum and Unsqueeze are inputs; older graphs are not extended. */
const oldestOpset = 13;

/**
 * Version of the standard operators that a model uses.
 * @throws {PolyheadError} ONNX_UNSUPPORTED if it is too old to be extended
 */
export function standardOpset(model: OnnxModel): number {
  const version = model.opsets.find(({ domain }) => domain === '')?.version ?? 0;
  if (version < oldestOpset) {
    throw new PolyheadError('ONNX_UNSUPPORTED', {
      message: `The ONNX model uses operator set ${version}, and only models of operator set ${oldestOpset} or later can be extended.`,
      remedy: 'Export the model again with a newer operator set.',
      details: { opset: version },
    });
  }
  return version;
}

/** ReduceMax over one axis, which is an attribute before operator set 18 and an input since. */
export function reduceMax(
  builder: GraphBuilder,
  input: string,
  options: { readonly axis: number; readonly opset: number },
): string {
  const keepdims = intAttribute(0);
  return options.opset >= 18
    ? builder.operation('ReduceMax', [input, builder.integers([options.axis])], { keepdims })
    : builder.operation('ReduceMax', [input], { axes: intsAttribute([options.axis]), keepdims });
}
