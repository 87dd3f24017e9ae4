import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, sha256, writeFileAtomic } from '@polyhead/files';
import { createAdamW, createRandomGenerator, createSgd, type Optimizer } from '@polyhead/numerics';
import { readSafetensors, writeSafetensors } from '@polyhead/onnx';
import {
  PolyheadError,
  type Embeddings,
  type EncodedText,
  type Encoder,
  type EncoderDescription,
  type EncoderParameter,
  type Encoding,
  type JsonObject,
  type Matrix,
  type OptimizerSettings,
  type Tensor,
  type TokenizerInput,
  type TrainableEncoder,
  type TrainingPass,
} from '@polyhead/types';

/** How the fake is made. */
export interface FakeTrainableOptions {
  readonly dimension?: number;
  readonly seed?: number;
  readonly dropout?: number;
  readonly optimizer?: OptimizerSettings;
  readonly maximumLength?: number;
  readonly trainable?: 'all' | 'none';
}

/** Records what the trainer did. */
export interface FakeTrainableEncoder extends TrainableEncoder {
  readonly calls: { forward: number; texts: number; encode: number; rates: number[]; scales: number[] };
  released: boolean;
}

const vocabulary = 2048;
const fileName = 'fake-encoder.safetensors';

/** Distinct words of a text as hashed ids, after one special token. */
function idsOf(text: string, maximumLength: number): Int32Array {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const ids = words.map((word) => {
    let hash = 2166136261;
    for (const character of word) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
    return 1 + ((hash >>> 0) % (vocabulary - 1));
  });
  return Int32Array.from([0, ...ids].slice(0, maximumLength));
}

function toEncoding(text: string, maximumLength: number): Encoding {
  const ids = idsOf(text, maximumLength);
  const full = idsOf(text, Infinity).length;
  return {
    ids,
    typeIds: new Uint8Array(ids.length),
    specialTokensMask: new Uint8Array(ids.length),
    sequenceIds: new Int8Array(ids.length),
    offsets: undefined,
    tokenCount: full,
    truncated: full > ids.length,
  };
}

interface Parameters {
  readonly table: Float32Array;
  readonly projection: Float32Array;
  readonly bias: Float32Array;
}

/** The mean of the tokens' rows and what a projection makes of it. */
function embed(ids: Int32Array, { table, projection, bias }: Parameters): { mean: Float64Array; result: Float32Array } {
  const dimension = bias.length;
  const mean = new Float64Array(dimension);
  for (const id of ids) {
    for (let column = 0; column < dimension; column += 1) {
      mean[column] = (mean[column] ?? 0) + (table[id * dimension + column] ?? 0) / ids.length;
    }
  }
  const result = Float32Array.from(bias, (start, output) =>
    mean.reduce((sum, value, column) => sum + value * (projection[output * dimension + column] ?? 0), start),
  );
  return { mean, result };
}

function toMatrix(rows: readonly Float32Array[], columns: number): Matrix {
  const data = new Float32Array(rows.length * columns);
  rows.forEach((row, index) => data.set(row, index * columns));
  return { data, rows: rows.length, columns };
}

function describe(parameters: Parameters, reference: string, maximumLength: number): EncoderDescription {
  const bytes = Buffer.concat(
    [parameters.table, parameters.projection, parameters.bias].map((part) => Buffer.from(part.buffer.slice(0))),
  );
  return {
    reference,
    digest: sha256(bytes),
    dimension: parameters.bias.length,
    maximumLength,
    pooling: 'mean',
    normalized: false,
    prompt: '',
    longText: 'truncate',
    graph: 'built',
  };
}

function toTensors(arrays: Readonly<Record<string, Float32Array>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, data]) => [name, { dataType: 'float32', shape: [data.length], data }]),
  );
}

async function readArrays(path: string): Promise<Record<string, Float32Array>> {
  const { tensors } = await readSafetensors(path);
  return Object.fromEntries(
    [...tensors].map(([name, tensor]) => [name, Float32Array.from(tensor.data as Float32Array)]),
  );
}

function createOptimizer(settings: OptimizerSettings): Optimizer {
  const decays = (name: string): boolean => name !== 'bias';
  return settings.kind === 'adamw' ? createAdamW({ ...settings, decays }) : createSgd({ ...settings, decays });
}

const adamW: OptimizerSettings = { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };

/** A trainable encoder without a model: the mean of hashed words' rows in a learned table, and a projection of it. */
export function createFakeTrainableEncoder(options: FakeTrainableOptions = {}): FakeTrainableEncoder {
  const { dimension = 16, seed = 1, dropout = 0, maximumLength = 64, trainable = 'all' } = options;
  const random = createRandomGenerator(seed);
  const parameters: Parameters = {
    table: Float32Array.from({ length: vocabulary * dimension }, () => random.normal()),
    projection: Float32Array.from({ length: dimension * dimension }, () => random.normal() / Math.sqrt(dimension)),
    bias: new Float32Array(dimension),
  };
  const named = new Map(Object.entries(parameters) as [string, Float32Array][]);
  const gradients = new Map([...named].map(([name, values]) => [name, new Float32Array(values.length)]));
  const optimizer = createOptimizer(options.optimizer ?? adamW);
  const description = describe(parameters, 'fake', maximumLength);
  let updates = 0;

  const addGradient = (ids: Int32Array, mean: Float64Array, gradient: Float32Array): void => {
    const { table, projection, bias } = Object.fromEntries(gradients) as unknown as Parameters;
    const back = new Float64Array(dimension);
    gradient.forEach((slope, output) => {
      bias[output] = (bias[output] ?? 0) + slope;
      for (let column = 0; column < dimension; column += 1) {
        const cell = output * dimension + column;
        projection[cell] = (projection[cell] ?? 0) + slope * (mean[column] ?? 0);
        back[column] = (back[column] ?? 0) + slope * (parameters.projection[cell] ?? 0);
      }
    });
    for (const id of ids) {
      back.forEach((slope, column) => {
        table[id * dimension + column] = (table[id * dimension + column] ?? 0) + slope / ids.length;
      });
    }
  };
  const clear = (): void => gradients.forEach((values) => values.fill(0));

  const encoder: FakeTrainableEncoder = {
    calls: { forward: 0, texts: 0, encode: 0, rates: [], scales: [] },
    released: false,
    description,
    parameters: trainable === 'none' ? [] : parameterList(dimension),
    get updates() {
      return updates;
    },
    tokenize: (texts: readonly TokenizerInput[]) =>
      Promise.resolve(texts.map((text) => toEncoding(typeof text === 'string' ? text : text.first, maximumLength))),
    forward(texts, { dropoutSeed }) {
      encoder.calls.forward += 1;
      encoder.calls.texts += texts.length;
      const dropping = createRandomGenerator(dropoutSeed);
      const states = texts.map(({ ids }) => {
        const { mean, result } = embed(ids, parameters);
        const mask = Float32Array.from(result, () => (dropping.next() < dropout ? 0 : 1 / (1 - dropout)));
        return { ids, mean, mask, result: result.map((value, index) => value * (mask[index] ?? 0)) };
      });
      const pass: TrainingPass = {
        embeddings: toMatrix(
          states.map(({ result }) => result),
          dimension,
        ),
        backward(gradient) {
          states.forEach(({ ids, mean, mask }, row) => {
            const slopes = mask.map((kept, column) => kept * (gradient[row * dimension + column] ?? 0));
            addGradient(ids, mean, slopes);
          });
          return Promise.resolve();
        },
        discard: () => undefined,
      };
      return Promise.resolve(pass);
    },
    encode(texts) {
      encoder.calls.encode += 1;
      return Promise.resolve(
        toMatrix(
          texts.map(({ ids }) => embed(ids, parameters).result),
          dimension,
        ),
      );
    },
    sumGradients: () =>
      Promise.resolve(
        [...gradients.values()].reduce((sum, values) => values.reduce((part, slope) => part + slope ** 2, sum), 0),
      ),
    update({ learningRate, gradientScale }) {
      encoder.calls.rates.push(learningRate);
      encoder.calls.scales.push(gradientScale);
      for (const values of gradients.values())
        values.forEach((slope, index) => (values[index] = slope * gradientScale));
      optimizer.step(named, gradients, learningRate);
      clear();
      updates += 1;
      return Promise.resolve();
    },
    discardGradients() {
      clear();
      return Promise.resolve();
    },
    async saveState(path) {
      const { arrays, steps } = optimizer.toState();
      await writeSafetensors(path, toTensors({ ...Object.fromEntries(named), ...arrays }), {
        updates: String(updates),
        steps: JSON.stringify(steps),
      });
    },
    async loadState(path) {
      const arrays = await readArrays(path);
      for (const [name, values] of named) values.set(arrays[name] ?? []);
      const { metadata } = await readSafetensors(path);
      optimizer.loadState({ arrays, steps: JSON.parse(metadata['steps'] ?? '{}') as Record<string, number> });
      updates = Number(metadata['updates']);
    },
    async saveEncoder(directory) {
      await mkdir(directory, { recursive: true });
      await writeSafetensors(join(directory, fileName), toTensors(Object.fromEntries(named)));
      await writeFileAtomic(join(directory, 'config.json'), JSON.stringify({ maximumLength }));
    },
    release() {
      encoder.released = true;
      return Promise.resolve();
    },
  };
  return encoder;
}

function parameterList(dimension: number): EncoderParameter[] {
  return [
    { name: 'table', shape: [vocabulary, dimension], role: 'embedding', layer: 0 },
    { name: 'projection', shape: [dimension, dimension], role: 'weight', layer: 1 },
    { name: 'bias', shape: [dimension], role: 'bias', layer: 1 },
  ];
}

/** Loads what the fake saved, for inference. */
export async function loadFakeEncoder(directory: string): Promise<Encoder> {
  const { table, projection, bias } = await readArrays(join(directory, fileName));
  if (table === undefined || projection === undefined || bias === undefined) {
    throw new PolyheadError('TENSOR_MISSING', { message: `"${directory}" is not a fake encoder.` });
  }
  const parameters = { table, projection, bias };
  const { maximumLength } = (await readJson(join(directory, 'config.json'))) as JsonObject;
  const limit = Number(maximumLength);
  const encode = (texts: readonly string[]): Promise<Embeddings> => {
    const encodings = texts.map((text) => toEncoding(text, limit));
    return Promise.resolve({
      ...toMatrix(
        encodings.map(({ ids }) => embed(ids, parameters).result),
        bias.length,
      ),
      truncated: Uint8Array.from(encodings, ({ truncated }) => (truncated ? 1 : 0)),
      tokenCounts: Int32Array.from(encodings, ({ tokenCount }) => tokenCount),
    });
  };
  return {
    description: describe(parameters, directory, limit),
    encode,
    async *encodeStream(texts): AsyncIterable<EncodedText> {
      for await (const text of texts) {
        const { data, truncated, tokenCounts } = await encode([text]);
        yield { text, embedding: data, truncated: truncated[0] === 1, tokenCount: tokenCounts[0] ?? 0 };
      }
    },
    release: () => Promise.resolve(),
  };
}
