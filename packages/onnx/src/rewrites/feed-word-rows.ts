import { assertValidGraph } from '../model/assert-valid-graph.ts';
import { readIntAttribute } from '../model/attributes.ts';
import type { OnnxGraph, OnnxModel, OnnxNode } from '../model/onnx-model.ts';
import { usedValues } from '../model/used-values.ts';
import { pruneGraph } from './prune-graph.ts';

const rowIdsInput = 'word_rows';

/** A model that takes the rows of its word table that a batch needs, and not the table. */
export interface WordRowsModel {
  readonly model: OnnxModel;
  /**
   * Name of the word table. As an initializer it is gone; the input of this name takes float32 `[rows, width]`, the rows in
   * use in any order.
   */
  readonly table: string;
  /** Name of the int64 input `[batch, sequence]` that takes each token's row number: `word_rows`. */
  readonly rowIdsInput: string;
  /** `[vocabulary, width]` of the whole table. */
  readonly tableShape: readonly number[];
}

/** Nodes that pass ids on without changing one. */
const passing: ReadonlySet<string> = new Set(['Cast', 'Flatten', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze']);

/**
 * Replaces the word embedding table of an encoder graph by an input with the rows in use, and the ids of its look-up by the new
 * int64 input `word_rows`, which says which of those rows a token has. So the gradient of the table has as many rows as a
 * batch has different tokens. Other uses of `input_ids` (positions that count padding) stay.
 * @returns undefined if no float32 table is looked up by `input_ids`, if several are, or if the table has other uses too
 */
export function feedWordRows(model: OnnxModel): WordRowsModel | undefined {
  const { graph } = model;
  const ids = graph.inputs.find(({ name }) => name === 'input_ids');
  const paths = followIds(graph);
  const gathers = new Set(graph.nodes.filter((node) => isLookUp(node) && paths.has(node.inputs[1] ?? '')));
  const tables = graph.initializers.filter(
    ({ name, tensor }) =>
      tensor.dataType === 'float32' &&
      tensor.shape.length === 2 &&
      [...gathers].some((node) => node.inputs[0] === name),
  );
  const [found] = tables;
  if (ids === undefined || found === undefined || tables.length > 1) return undefined;
  const table = found.name;
  const others = graph.nodes.filter((node) => !(gathers.has(node) && node.inputs[0] === table));
  const isUsedElsewhere =
    others.some((node) => usedValues(node).includes(table)) || graph.outputs.some(({ name }) => name === table);
  if (isUsedElsewhere) return undefined;

  const { tensor } = found;
  const result: OnnxGraph = {
    ...graph,
    nodes: graph.nodes.flatMap((node) => redirect(node, paths, table)),
    inputs: [
      ...graph.inputs.filter(({ name }) => name !== table),
      { name: rowIdsInput, dataType: 'int64', shape: ids.shape },
      { name: table, dataType: 'float32', shape: ['rows', tensor.shape[1]] },
    ],
    initializers: graph.initializers.filter(({ name }) => name !== table),
  };
  assertValidGraph(result);
  return { model: { ...model, graph: pruneGraph(result) }, table, rowIdsInput, tableShape: tensor.shape };
}

function isLookUp(node: OnnxNode): boolean {
  return node.opType === 'Gather' && node.domain === '' && readIntAttribute(node, 'axis', 0) === 0;
}

/** Every value that holds the ids of `input_ids`, and the name under which it holds row numbers. */
function followIds(graph: OnnxGraph): ReadonlyMap<string, string> {
  const paths = new Map([['input_ids', rowIdsInput]]);
  for (const node of graph.nodes) {
    const [output] = node.outputs;
    if (output !== undefined && passing.has(node.opType) && paths.has(node.inputs[0] ?? '')) {
      paths.set(output, `${rowIdsInput}/${output}`);
    }
  }
  return paths;
}

/** A look-up in the table takes row numbers; a node that passes ids on gets a twin that passes row numbers on. */
function redirect(node: OnnxNode, paths: ReadonlyMap<string, string>, table: string): OnnxNode[] {
  const [first = '', second = ''] = node.inputs;
  if (isLookUp(node) && first === table) return [{ ...node, inputs: [table, paths.get(second) ?? second] }];
  const twinOutput = paths.get(node.outputs[0] ?? '');
  const twinInput = paths.get(first);
  if (twinOutput === undefined || twinInput === undefined) return [node];
  const twinInputs = [twinInput, ...node.inputs.slice(1)];
  return [node, { ...node, name: `${rowIdsInput}/${node.name}`, inputs: twinInputs, outputs: [twinOutput] }];
}
