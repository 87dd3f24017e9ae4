import { PolyheadError } from '@polyhead/types';

import { assertValidGraph } from '../model/assert-valid-graph.ts';
import type { OnnxModel, OnnxValueInfo } from '../model/onnx-model.ts';

/**
 * Turns initializers into graph inputs of the same names and shapes, behind the inputs that there are: parameters that
 * change between runs. Their values are then no part of the model.
 * @param names of float32 initializers, each once
 * @throws {PolyheadError} GRAPH_INVALID if there is no such initializer or it is not float32
 */
export function liftInitializers(model: OnnxModel, names: readonly string[]): OnnxModel {
  const { graph } = model;
  const known = new Map(graph.initializers.map((item) => [item.name, item.tensor]));
  const lifted = names.map((name): OnnxValueInfo => {
    const tensor = known.get(name);
    if (tensor?.dataType !== 'float32') {
      const problem = tensor === undefined ? `no initializer "${name}"` : `"${name}" as ${tensor.dataType}`;
      throw new PolyheadError('GRAPH_INVALID', {
        message: `The ONNX graph "${graph.name}" has ${problem}; only float32 initializers can become inputs.`,
        remedy: 'Name float32 initializers of this graph.',
        details: { initializer: name },
      });
    }
    return { name, dataType: 'float32', shape: tensor.shape };
  });
  const removed = new Set(names);
  const result = {
    ...graph,
    // Old files list initializers as inputs too.
    inputs: [...graph.inputs.filter(({ name }) => !removed.has(name)), ...lifted],
    initializers: graph.initializers.filter(({ name }) => !removed.has(name)),
  };
  assertValidGraph(result);
  return { ...model, graph: result };
}
