import { createCheckpointWeights } from '../checkpoint/checkpoint-weights.ts';
import type { ConfigurationReader } from '../checkpoint/configuration-reader.ts';
import type { Checkpoint } from '../checkpoint/read-checkpoint.ts';
import { intAttribute } from '../model/attributes.ts';
import type { EncoderModel } from './build-encoder-model.ts';
import { startGraph, type BuildEncoderOptions } from './start-graph.ts';

/** A sequence classification model as ONNX graph. */
export interface ClassifierModel extends EncoderModel {
  /** Names of the columns of `logits`, from config.json. */
  readonly labels: readonly string[];
  /** Of every weight of the graph: its name in the checkpoint, where the encoder's names start with `bert.` or the like. */
  readonly checkpointNames: ReadonlyMap<string, string>;
}

/** Where the last layer of a head lies, over all architectures. */
const outputWeights: readonly string[] = ['classifier.out_proj.weight', 'classifier.weight'];

/**
 * Builds the sequence classification model of a Hugging Face folder (`BertForSequenceClassification` and the like of every
 * architecture of {@link buildEncoderModel}). Inputs are those of the encoder; the output `logits` is float32
 * `[batch, labels]`. Weights keep their names: the encoder's as in {@link buildEncoderModel}, the head's as in the file.
 * @throws {PolyheadError} as {@link buildEncoderModel}; TENSOR_MISSING if the checkpoint has no such head
 */
export async function buildClassifierModel(
  directory: string,
  options: BuildEncoderOptions = {},
): Promise<ClassifierModel> {
  const { checkpoint, architecture, configuration, context, states } = await startGraph(directory, options);
  const { builder, dropout, weights } = context;
  const headWeights = createCheckpointWeights(checkpoint, builder, '');
  const labels = readLabels(context.configuration, countLabels(checkpoint));
  const firstTokens = builder.operation('Gather', [states, builder.integer(0)], { axis: intAttribute(1) });
  const logits = architecture.classify({
    ...context,
    headWeights,
    states,
    firstTokens,
    hiddenSize: configuration.hiddenSize,
    labelCount: labels.length,
  });
  builder.output('logits', logits, { dataType: 'float32', shape: ['batch', labels.length] });
  return {
    model: builder.build(),
    configuration,
    dropoutSites: dropout.sites,
    labels,
    checkpointNames: new Map([...weights.names, ...headWeights.names]),
  };
}

/** Rows of the last layer; 2, the library's default, where it is missing, which is then reported with its name. */
function countLabels({ tensors }: Checkpoint): number {
  const found = outputWeights.map((name) => tensors.get(name)).find((item) => item !== undefined);
  return found?.tensor.shape[0] ?? 2;
}

function readLabels(reader: ConfigurationReader, count: number): readonly string[] {
  const classes = reader.texts('architectures');
  if (classes !== undefined && !classes.some((name) => name.endsWith('ForSequenceClassification'))) {
    throw reader.reject('architectures', 'a class whose name ends in ForSequenceClassification');
  }
  const names = reader.object('id2label');
  if (names !== undefined && names.text(String(count), '') !== '') {
    throw reader.reject('id2label', `${count} labels, as the last layer has`);
  }
  return Array.from({ length: count }, (_, index) => names?.text(String(index)) ?? `LABEL_${index}`);
}
