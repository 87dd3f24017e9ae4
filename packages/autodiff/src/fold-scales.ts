import { floatAttribute, readFloatAttribute, type OnnxModel, type OnnxNode } from '@polyhead/onnx';

import type { ObservedValue, ObservedValues } from './observe-values.ts';
import { usedValues } from './used-values.ts';

/** A model, and what is known about its values. */
export interface ObservedModel {
  readonly model: OnnxModel;
  readonly values: ObservedValues;
}

/**
 * Moves multiplications by a number into the Gemm before or behind them, which multiplies for nothing. A product behind
 * which other nodes than Gemm use the result, or before which the Gemm's result has other uses, stays.
 * @param targets what the graph is differentiated by: numbers among them stay where they are
 */
export function foldScales({ model, values }: ObservedModel, targets: ReadonlySet<string>): ObservedModel {
  const numbers = findNumbers(model, targets);
  const outputs = new Set(model.graph.outputs.map(({ name }) => name));
  const known = new Map(values);
  // Places in the graph; new nodes are put in between, behind those that were put there before.
  const nodes = new Map(model.graph.nodes.map((node, index) => [index, node]));
  for (const [index, node] of model.graph.nodes.entries()) {
    const scale = readScale(node, numbers);
    if (scale === undefined || outputs.has(scale.result)) continue;
    const uses = (name: string): (readonly [number, OnnxNode])[] =>
      [...nodes].filter(([, other]) => usedValues(other).includes(name));
    const users = uses(scale.result);
    const [place, maker] = [...nodes].find(([, other]) => other.outputs.includes(scale.input)) ?? [];
    const isOnlyUse = uses(scale.input).length === 1 && !outputs.has(scale.input);
    if (place !== undefined && maker !== undefined && isGemm(maker) && isOnlyUse) {
      const [gemm = maker, ...before] = scaleResult(maker, scale, known).toReversed();
      nodes.set(place, gemm);
      const room = place - Math.max(place - 1, ...[...nodes.keys()].filter((other) => other < place));
      before.forEach((other, distance) => nodes.set(place - ((distance + 1) / 4) * room, other));
      nodes.delete(index);
    } else if (users.length > 0 && users.every(([, user]) => takesAsFactor(user, scale.result))) {
      for (const [userPlace, user] of users) {
        const inputs = user.inputs.map((name) => (name === scale.result ? scale.input : name));
        nodes.set(userPlace, { ...withAlpha(user, scale.factor), inputs });
      }
      nodes.delete(index);
    }
  }
  const ordered = [...nodes].sort(([a], [b]) => a - b).map(([, node]) => node);
  return { model: { ...model, graph: { ...model.graph, nodes: ordered } }, values: known };
}

/**
 * The nodes that give the multiplied result of a Gemm, the Gemm last. Its addend is multiplied on its own, if it is smaller
 * than the result: a factor beta would cost a pass over the result.
 */
function scaleResult(gemm: OnnxNode, scale: Scale, known: Map<string, ObservedValue>): readonly OnnxNode[] {
  const { factor, result } = scale;
  const [left = '', right = '', addend = ''] = gemm.inputs;
  const scaled = { ...withAlpha(gemm, factor), outputs: [result] };
  if (addend === '') return [scaled];
  const shapes = known.get(addend)?.shapes;
  if (shapes === undefined || shapes.some((shape) => shape.length > 1)) {
    const beta = floatAttribute(readFloatAttribute(gemm, 'beta', 1) * factor);
    return [{ ...scaled, attributes: { ...scaled.attributes, beta } }];
  }
  const number = `${result}:factor`;
  const product = `${result}:addend`;
  known.set(number, { dataType: 'float32', shapes: shapes.map(() => []) });
  known.set(product, { dataType: 'float32', shapes });
  const plain = { domain: '', attributes: {} };
  return [
    {
      ...plain,
      name: number,
      opType: 'Constant',
      inputs: [],
      outputs: [number],
      attributes: { value_float: floatAttribute(factor) },
    },
    { ...plain, name: product, opType: 'Mul', inputs: [addend, number], outputs: [product] },
    { ...scaled, inputs: [left, right, product] },
  ];
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

/** Float32 scalars among initializers and Constant nodes that always have the same value. */
function findNumbers({ graph }: OnnxModel, targets: ReadonlySet<string>): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  for (const { name, tensor } of graph.initializers) {
    const [value] = tensor.data;
    const isNumber = tensor.dataType === 'float32' && tensor.shape.length === 0;
    if (isNumber && !inputs.has(name) && !targets.has(name)) numbers.set(name, Number(value));
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

function withAlpha(node: OnnxNode, factor: number): OnnxNode {
  const alpha = floatAttribute(readFloatAttribute(node, 'alpha', 1) * factor);
  return { ...node, attributes: { ...node.attributes, alpha } };
}
