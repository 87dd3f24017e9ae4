import type { EncoderParameter } from '@polyhead/types';

import type { OnnxModel } from '../model/onnx-model.ts';
import { createGraphLinks } from './graph-links.ts';
import { findParameterLayers } from './parameter-layer.ts';
import { findParameterRole } from './parameter-role.ts';

/**
 * The float32 initializers of an encoder graph that can learn, in the order of the graph. Works on graphs of
 * {@link buildEncoderModel} and on foreign ones, where `name` is that of the initializer. Constants (scales, rotary
 * frequencies, tables of positions) are not listed, and neither is what the graph does not use. What comes behind the last
 * layer (final norm, pooler, classifier) counts as part of it.
 */
export function listEncoderParameters(model: OnnxModel): EncoderParameter[] {
  const links = createGraphLinks(model.graph);
  const found = model.graph.initializers.flatMap((initializer) => {
    const role = findParameterRole(initializer, links);
    return role === undefined ? [] : [{ name: initializer.name, shape: initializer.tensor.shape, role }];
  });
  const layers = findParameterLayers(model, new Set(found.map(({ name }) => name)), links);
  return found.map((parameter) => ({ ...parameter, layer: layers.get(parameter.name) ?? 0 }));
}
