import { differentiate, observeValues, splitAtSeam, type ObservedValues } from '@polyhead/autodiff';
import {
  encodeModel,
  feedWordRows,
  liftInitializers,
  pruneGraph,
  toFloat32,
  type DropoutSite,
  type OnnxModel,
  type WordRowsModel,
} from '@polyhead/onnx';
import type { NamedTensors } from '@polyhead/runtime';
import { PolyheadError, type EncoderParameter, type Tensor } from '@polyhead/types';
import { bytesPerElement, estimatePeak, type GraphMemory } from './graph-memory.ts';
import { countNumbers, placeParameters, type ParameterLayout } from './parameter-layout.ts';
import { evaluateShape, findShapeFormula, isExact, type BatchSizes, type ShapeFormula } from './shape-formula.ts';
import { createMicroBatchFeeds, selectInputs } from './worker/micro-batch-feeds.ts';
import type { DropoutMask, SavedValue, TrainingModels } from './worker/messages.ts';

/** The table of word embeddings, of which graphs only see rows. */
export interface WordTable {
  readonly parameter: EncoderParameter;
  /** The graph input for the place of each token among the rows in use. */
  readonly wordRowsName: string;
  /** `[vocabulary, width]` */
  readonly values: Float32Array;
  readonly width: number;
  readonly trained: boolean;
  readonly learningRateScale: number;
}

/** Everything about the graphs that training needs to know. */
export interface TrainingGraphs {
  readonly models: TrainingModels;
  readonly layout: ParameterLayout;
  /** Values of the parameters in the layout, by name. */
  readonly values: ReadonlyMap<string, Float32Array>;
  /** Undefined if the graph does more with the table than look words up; it is in the layout then. */
  readonly table: WordTable | undefined;
  readonly savedValues: readonly SavedValue[];
  readonly dropoutMasks: readonly DropoutMask[];
  readonly memory: GraphMemory;
}

/** An encoder graph with pooling, once for use and once with dropout. Both have the same parameters. */
export interface TrainingGraphSources {
  readonly evaluation: OnnxModel;
  readonly training: OnnxModel;
  readonly dropoutSites: readonly DropoutSite[];
  readonly parameters: readonly EncoderParameter[];
  readonly padId: number;
}

/** Which parameters learn, and how fast. */
export interface TrainingChoices {
  readonly isTrained: (parameter: EncoderParameter) => boolean;
  readonly learningRateScale: (parameter: EncoderParameter) => number;
}

/** What crosses the seam has this name in all training graphs. */
export const outputName = 'sentence_embedding';

/**
 * Sizes that differ from each other and from the sizes of any model in whatever they are multiplied to, and of which none is
 * a multiple of another plus a number.
 */
export const probes: readonly BatchSizes[] = [
  { batch: 2, sequence: 5, wordRows: 9 },
  { batch: 3, sequence: 7, wordRows: 19 },
  { batch: 5, sequence: 13, wordRows: 41 },
];

/**
 * Makes the graphs of training: parameters become inputs, the backward graph is derived from the forward graph.
 * @throws {PolyheadError} GRADIENT_UNSUPPORTED, GRAPH_INVALID, SESSION_FAILED
 */
export async function createTrainingGraphs(
  sources: TrainingGraphSources,
  choices: TrainingChoices,
): Promise<TrainingGraphs> {
  const tensors = new Map(sources.training.graph.initializers.map(({ name, tensor }) => [name, tensor]));
  const training = feedWordRows(sources.training);
  const table = createTable(training, sources.parameters, { tensors, choices });
  // A table that is no parameter stays where it is.
  const trainingModel = (table === undefined ? undefined : training?.model) ?? sources.training;
  const evaluationModel =
    (table === undefined ? undefined : feedWordRows(sources.evaluation)?.model) ?? sources.evaluation;
  const placed = sources.parameters.filter(({ name }) => name !== table?.parameter.name);
  const layout = placeParameters(placed, choices);
  const names = placed.map(({ name }) => name);
  const forwardModel = liftInitializers(trainingModel, names);

  const probeFeeds = probes.map((sizes) => createProbeFeeds(sizes, { sources, tensors, names, table }));
  const masks = sources.dropoutSites.map(toDropoutMask);
  const feeds = probes.map((sizes, index) =>
    selectInputs(forwardModel.graph.inputs, [probeFeeds[index] ?? {}, onesForMasks(masks, sizes)]),
  );
  const values = await observeValues(forwardModel, feeds);
  const targets = [
    ...layout.parameters.filter(({ trained }) => trained).map(({ name }) => name),
    ...(table?.trained === true ? [table.parameter.name] : []),
  ];
  const gradients = differentiate(forwardModel, { outputs: [outputName], targets, values });
  const { forward, backward, saved } = splitAtSeam(gradients);
  const unsavedForward = keepOutput(forward, outputName);
  return {
    models: {
      evaluation: encodeModel(liftInitializers(evaluationModel, names)),
      forward: encodeModel(forward),
      unsavedForward: encodeModel(unsavedForward),
      backward: encodeModel(backward),
      joint: encodeModel(gradients.model),
    },
    layout,
    values: new Map(names.map((name) => [name, readTensor(tensors, name)])),
    table,
    savedValues: saved.map((name) => toSavedValue(name, gradients.values)),
    dropoutMasks: masks,
    memory: {
      saved: createSavedEstimate(saved, gradients.values),
      masks: (sizes) => 4 * masks.reduce((sum, { shape }) => sum + countNumbers(evaluateShape(shape, sizes)), 0),
      forward: estimatePeak(forward, gradients.values, probes),
      unsavedForward: estimatePeak(unsavedForward, gradients.values, probes),
      backward: estimatePeak(backward, gradients.values, probes),
      joint: estimatePeak(gradients.model, gradients.values, probes),
    },
  };
}

/** A graph with one of its outputs only, and the nodes that it needs. */
function keepOutput(model: OnnxModel, name: string): OnnxModel {
  const outputs = model.graph.outputs.filter((output) => output.name === name);
  return { ...model, graph: pruneGraph({ ...model.graph, outputs }) };
}

function readTensor(tensors: ReadonlyMap<string, Tensor>, name: string): Float32Array {
  const tensor = tensors.get(name);
  if (tensor !== undefined) return toFloat32(tensor);
  throw new PolyheadError('INTERNAL', { message: `The encoder graph has no parameter "${name}".` });
}

function createTable(
  rows: WordRowsModel | undefined,
  parameters: readonly EncoderParameter[],
  { tensors, choices }: { tensors: ReadonlyMap<string, Tensor>; choices: TrainingChoices },
): WordTable | undefined {
  const parameter = parameters.find((candidate) => candidate.name === rows?.table);
  if (parameter === undefined || rows === undefined) return undefined;
  return {
    parameter,
    wordRowsName: rows.rowIdsInput,
    values: readTensor(tensors, parameter.name),
    width: parameter.shape[1] ?? 0,
    trained: choices.isTrained(parameter),
    learningRateScale: choices.learningRateScale(parameter),
  };
}

interface ProbeContext {
  readonly sources: TrainingGraphSources;
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly names: readonly string[];
  readonly table: WordTable | undefined;
}

function createProbeFeeds(sizes: BatchSizes, { sources, tensors, names, table }: ProbeContext): NamedTensors {
  const rows = Array.from({ length: sizes.batch }, (_, row) => ({
    ids: Int32Array.from({ length: sizes.sequence }, (_unused, column) =>
      probeId(row * sizes.sequence + column, sizes),
    ),
    typeIds: new Uint8Array(sizes.sequence),
  }));
  const { tensors: tokens } = createMicroBatchFeeds(rows, {
    padId: sources.padId,
    table: table === undefined ? undefined : { ...table, name: table.parameter.name },
  });
  const parameters = names.map((name): [string, Tensor] => {
    const tensor = tensors.get(name);
    return [name, { dataType: 'float32', shape: tensor?.shape ?? [], data: readTensor(tensors, name) }];
  });
  return { ...tokens, ...Object.fromEntries(parameters) };
}

/** As many different ids as the probe has word rows. */
function probeId(place: number, { wordRows }: BatchSizes): number {
  return 10 + (place % wordRows);
}

function onesForMasks(masks: readonly DropoutMask[], sizes: BatchSizes): NamedTensors {
  return Object.fromEntries(
    masks.map(({ name, shape }): [string, Tensor] => {
      const sizesOfMask = evaluateShape(shape, sizes);
      return [
        name,
        { dataType: 'float32', shape: sizesOfMask, data: new Float32Array(countNumbers(sizesOfMask)).fill(1) },
      ];
    }),
  );
}

function toDropoutMask({ name, probability, shape }: DropoutSite): DropoutMask {
  const formula = shape.map((size): ShapeFormula[number] => {
    if (size === 'tokens') return { factor: 1, sizes: ['batch', 'sequence'], offset: 0 };
    return typeof size === 'number' ? { factor: size, sizes: [], offset: 0 } : { factor: 1, sizes: [size], offset: 0 };
  });
  return { name, probability, shape: formula };
}

function toSavedValue(name: string, values: ObservedValues): SavedValue {
  const value = values.get(name);
  const shape = value === undefined ? undefined : findShapeFormula(value.shapes, probes);
  return {
    name,
    dataType: value?.dataType ?? 'float32',
    shape: shape !== undefined && isExact(shape) ? shape : undefined,
  };
}

function createSavedEstimate(saved: readonly string[], values: ObservedValues): (sizes: BatchSizes) => number {
  const kept = saved.flatMap((name) => {
    const value = values.get(name);
    const shape = value === undefined ? undefined : findShapeFormula(value.shapes, probes);
    return value === undefined || shape === undefined ? [] : [{ bytes: bytesPerElement(value.dataType), shape }];
  });
  return (sizes) => kept.reduce((sum, { bytes, shape }) => sum + bytes * countNumbers(evaluateShape(shape, sizes)), 0);
}
