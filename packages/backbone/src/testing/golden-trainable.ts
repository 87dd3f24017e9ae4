import { fileURLToPath } from 'node:url';
import { appendPooling, buildEncoderModel, listEncoderParameters, removeDropout } from '@polyhead/onnx';
import type { EncoderParameter, Encoding, OptimizerSettings, TrainableEncoder } from '@polyhead/types';
import type { EncoderFolder } from '../encoder-folder.ts';
import { createTrainableEncoder } from '../trainable/create-trainable-encoder.ts';
import { defaultOptimizer, type LoadTrainableEncoderOptions } from '../trainable/trainable-options.ts';
import { createTrainingGraphs } from '../trainable/training-graphs.ts';

/** The folder of the tiny BERT that PyTorch trained. */
const goldenBert: string = fileURLToPath(new URL('../golden/bert', import.meta.url));

/** How the tiny BERT is opened. */
export interface GoldenTrainableOptions extends LoadTrainableEncoderOptions {
  readonly isTrained?: (parameter: EncoderParameter) => boolean;
  /** Changes what is known of a parameter. */
  readonly adjust?: (parameter: EncoderParameter) => EncoderParameter;
}

/** The tiny BERT, trainable; it has no tokenizer, so it takes ids only. */
export async function loadGoldenTrainable(options: GoldenTrainableOptions = {}): Promise<TrainableEncoder> {
  const pooling = { pooling: 'mean', normalize: false } as const;
  const { model, dropoutSites } = await buildEncoderModel(goldenBert, { dropout: options.dropout ?? 0 });
  const training = appendPooling(model, pooling);
  const sources = {
    evaluation: removeDropout(training, dropoutSites),
    training,
    dropoutSites,
    parameters: listEncoderParameters(model).map(options.adjust ?? ((parameter) => parameter)),
    padId: 0,
  };
  const graphs = await createTrainingGraphs(sources, {
    isTrained: options.isTrained ?? (() => true),
    learningRateScale: () => 1,
  });
  const optimizer: OptimizerSettings = options.optimizer ?? defaultOptimizer;
  return createTrainableEncoder(
    {
      folder: createGoldenFolder(options.maximumLength ?? 64),
      graphs,
      optimizer,
      memoryBudget: options.memoryBudget ?? 2 ** 30,
    },
    options,
  );
}

/** Only what a trainable encoder asks of its folder when it is given ids. */
function createGoldenFolder(maximumLength: number): EncoderFolder {
  return { tokenizer: { padId: 0 }, description: { dimension: 32, maximumLength } } as unknown as EncoderFolder;
}

/** A row of ids as the tokenizer would give it. */
export function toEncoding(ids: Int32Array): Encoding {
  return {
    ids,
    typeIds: new Uint8Array(ids.length),
    specialTokensMask: new Uint8Array(ids.length),
    sequenceIds: new Int8Array(ids.length),
    offsets: undefined,
    tokenCount: ids.length,
    truncated: false,
  };
}
