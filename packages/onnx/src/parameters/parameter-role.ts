import type { ParameterRole, Tensor } from '@polyhead/types';

import type { OnnxInitializer } from '../model/onnx-model.ts';
import { otherInput, type GraphLinks, type ValueUse } from './graph-links.ts';

/** What names of parameters end in; buffers such as rotary tables have other names. */
const parameterEnding = /(?:^|[./])(?:weight|bias|gamma|beta)$/;

/**
 * What an initializer is for, by how the graph uses it and then by its name; undefined if it is no parameter. Without a name
 * that parameters have, it counts as one only as a factor of a matrix product, a bias of one, or part of a normalisation.
 */
export function findParameterRole({ name, tensor }: OnnxInitializer, links: GraphLinks): ParameterRole | undefined {
  const uses = links.uses(name);
  if (tensor.dataType !== 'float32' || uses.length === 0) return undefined;
  const roles = uses.map((use) => roleByUse(use, tensor, links)).filter((role) => role !== undefined);
  if (!parameterEnding.test(name)) {
    const isConstant = tensor.shape.length === 0 || tensor.shape.includes(1);
    return isConstant ? undefined : roles.find((role) => role !== 'embedding');
  }
  return roles[0] ?? roleByName(name);
}

function roleByUse(use: ValueUse, tensor: Tensor, links: GraphLinks): ParameterRole | undefined {
  const { node, index } = use;
  const isVector = tensor.shape.length === 1;
  switch (node.opType) {
    case 'Gather':
    case 'Slice':
      return index === 0 ? 'embedding' : undefined;
    case 'LayerNormalization':
      return index > 0 ? 'normalization' : undefined;
    case 'Gemm':
      return index === 2 ? 'bias' : 'weight';
    case 'MatMul':
      return tensor.shape.length === 2 ? 'weight' : undefined;
    case 'Transpose':
      return links.uses(node.outputs[0] ?? '').some((next) => next.node.opType === 'MatMul') ? 'weight' : undefined;
    case 'Mul':
      return isVector && isNormalized(otherInput(use), links) ? 'normalization' : undefined;
    case 'Add':
      return isVector ? roleOfSummand(otherInput(use), links) : undefined;
    default:
      return undefined;
  }
}

/** A vector is added to a product, as a bias, or to a scaled normalised value, as the shift of a spelled-out normalisation. */
function roleOfSummand(other: string, links: GraphLinks): ParameterRole | undefined {
  const producer = links.producer(other);
  if (producer?.opType === 'MatMul') return 'bias';
  const isScaled = producer?.opType === 'Mul' && producer.inputs.some((value) => isNormalized(value, links));
  return isScaled ? 'normalization' : undefined;
}

/** A value divided by a standard deviation. */
function isNormalized(value: string, links: GraphLinks): boolean {
  const quotient = links.producer(value);
  return quotient?.opType === 'Div' && links.producer(quotient.inputs[1] ?? '')?.opType === 'Sqrt';
}

function roleByName(name: string): ParameterRole {
  const [module = '', ending = ''] = name.split(/[./]/).slice(-2);
  if (/norm/i.test(module)) return 'normalization';
  if (ending === 'bias') return 'bias';
  return module.endsWith('embeddings') ? 'embedding' : 'weight';
}
