import { floatAttribute, readFloatAttribute, type OnnxModel, type OnnxNode } from '@polyhead/onnx';

import { usedValues } from './used-values.ts';

/**
 * Moves multiplications by a number into the Gemm before or behind them, which multiplies for nothing. A product behind
 * which other nodes than Gemm use the result, or before which the Gemm's result has other uses, stays.
 */
export function foldScales(model: OnnxModel): OnnxModel {
  const numbers = findNumbers(model);
  const outputs = new Set(model.graph.outputs.map(({ name }) => name));
  const nodes = new Map(model.graph.nodes.map((node, index) => [index, node]));
  for (const [index, node] of model.graph.nodes.entries()) {
    const scale = readScale(node, numbers);
    if (scale === undefined || outputs.has(scale.result)) continue;
    const uses = (name: string): (readonly [number, OnnxNode])[] =>
      [...nodes].filter(([, other]) => usedValues(other).includes(name));
    const users = uses(scale.result);
    const maker = [...nodes].find(([, other]) => other.outputs.includes(scale.input));
    if (maker !== undefined && isGemm(maker[1]) && uses(scale.input).length === 1 && !outputs.has(scale.input)) {
      nodes.set(maker[0], { ...scaled(maker[1], scale.factor, true), outputs: [scale.result] });
      nodes.delete(index);
    } else if (users.length > 0 && users.every(([, user]) => takesAsFactor(user, scale.result))) {
      for (const [place, user] of users) {
        const inputs = user.inputs.map((name) => (name === scale.result ? scale.input : name));
        nodes.set(place, { ...scaled(user, scale.factor, false), inputs });
      }
      nodes.delete(index);
    }
  }
  return { ...model, graph: { ...model.graph, nodes: [...nodes].sort(([a], [b]) => a - b).map(([, node]) => node) } };
}

interface Scale {
  readonly input: string;
  readonly factor: number;
  readonly result: string;
}

function readScale(node: OnnxNode, numbers: ReadonlyMap<string, number>): Scale | undefined {
  if (node.opType !== 'Mul' || node.domain !== '') return undefined;
  const [left = '', right = ''] = node.inputs;
  const [result = ''] = node.outputs;
  const ofRight = numbers.get(right);
  if (ofRight !== undefined) return { input: left, factor: ofRight, result };
  const ofLeft = numbers.get(left);
  return ofLeft === undefined ? undefined : { input: right, factor: ofLeft, result };
}

/** Float32 scalars among initializers and Constant nodes. */
function findNumbers({ graph }: OnnxModel): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  for (const { name, tensor } of graph.initializers) {
    const [value] = tensor.data;
    if (tensor.dataType === 'float32' && tensor.shape.length === 0 && !inputs.has(name))
      numbers.set(name, Number(value));
  }
  for (const node of graph.nodes) {
    const value = node.opType === 'Constant' ? node.attributes['value_float'] : undefined;
    if (value?.kind === 'float') numbers.set(node.outputs[0] ?? '', value.value);
  }
  return numbers;
}

function isGemm(node: OnnxNode): boolean {
  return node.opType === 'Gemm' && node.domain === '';
}

/** True if the value is one of the two matrices, and only one of them. */
function takesAsFactor(node: OnnxNode, name: string): boolean {
  const [left, right, addend] = node.inputs;
  return isGemm(node) && addend !== name && (left === name) !== (right === name);
}

function scaled(node: OnnxNode, factor: number, withAddend: boolean): OnnxNode {
  const alpha = floatAttribute(readFloatAttribute(node, 'alpha', 1) * factor);
  const beta = floatAttribute(readFloatAttribute(node, 'beta', 1) * (withAddend ? factor : 1));
  return { ...node, attributes: { ...node.attributes, alpha, beta } };
}
