import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256OfFile } from '@polyhead/files';
import { buildEncoderModel, readLowRankAdapters, readSafetensors, renameValues, writeModel } from '@polyhead/onnx';
import { PolyheadError, type TrainableEncoder } from '@polyhead/types';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadEncoder } from '../load-encoder.ts';
import { tinyDimension, writeTinyModel } from '../testing/tiny-model.ts';
import { loadTrainableEncoder } from './load-trainable-encoder.ts';
import { defaultOptimizer, type LoadTrainableEncoderOptions } from './trainable-options.ts';

let root: string;
let tiny: string;
const open: TrainableEncoder[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polyhead-trainable-'));
  tiny = join(root, 'tiny');
  await writeTinyModel(tiny);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((encoder) => encoder.release()));
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

const texts = [
  'one',
  'a somewhat longer text',
  '',
  'three words here',
  'and a text that is the longest of all of them',
];

async function load(options: LoadTrainableEncoderOptions = {}, reference = tiny) {
  const encoder = await loadTrainableEncoder(reference, {
    threads: 2,
    memoryBudget: 2 ** 30,
    cacheDirectory: join(root, 'cache'),
    ...options,
  });
  open.push(encoder);
  return encoder;
}

/** Steps towards embeddings of 1 everywhere. Returns the mean squared error at each step. */
async function train(
  encoder: TrainableEncoder,
  { steps, from = 0 }: { steps: number; from?: number },
): Promise<number[]> {
  const encodings = await encoder.tokenize(texts);
  const losses: number[] = [];
  for (let step = from; step < from + steps; step++) {
    const pass = await encoder.forward(encodings, { dropoutSeed: step });
    const { data } = pass.embeddings;
    losses.push(data.reduce((sum, value) => sum + (value - 1) ** 2, 0) / data.length);
    await pass.backward(data.map((value) => (2 * (value - 1)) / data.length));
    expect(await encoder.sumGradients()).toBeGreaterThan(0);
    await encoder.update({ learningRate: 0.01, gradientScale: 1 });
  }
  return losses;
}

async function embeddingsOf(encoder: TrainableEncoder): Promise<Float32Array> {
  return (await encoder.encode(await encoder.tokenize(texts))).data;
}

/** SHA-256 of everything that is trained. */
async function stateOf(encoder: TrainableEncoder, name: string): Promise<string> {
  const path = join(root, `${name}.safetensors`);
  await encoder.saveState(path);
  return sha256OfFile(path);
}

function largestDifference(left: Float32Array, right: Float32Array): number {
  expect(left.length).toBe(right.length);
  return left.reduce((largest, value, at) => Math.max(largest, Math.abs(value - (right[at] ?? Number.NaN))), 0);
}

const refusal = (code: string): unknown => expect.objectContaining({ code });

describe('a trainable encoder', () => {
  it('starts with the embeddings of the encoder that is served', async () => {
    const encoder = await load();
    const served = await loadEncoder(tiny, { normalize: false, cacheDirectory: join(root, 'cache') });
    const { data } = await served.encode(texts);
    await served.release();
    expect(largestDifference(await embeddingsOf(encoder), data)).toBeLessThan(1e-6);
  });

  it('learns, and what it saves gives its embeddings wherever it is loaded', async () => {
    const encoder = await load({ dropout: 0.1 });
    const losses = await train(encoder, { steps: 30 });
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) * 0.7);
    expect(encoder.updates).toBe(30);
    const folder = join(root, 'saved');
    await encoder.saveEncoder(folder);
    const served = await loadEncoder(folder, { cacheDirectory: join(root, 'cache') });
    expect(served.description).toMatchObject({ dimension: tinyDimension, normalized: false });
    expect(served.description.digest).not.toBe(encoder.description.digest);
    const { data } = await served.encode(texts);
    await served.release();
    expect(largestDifference(await embeddingsOf(encoder), data)).toBeLessThan(1e-6);
  });

  it('gives the same bits for the same seeds', async () => {
    const options = { dropout: 0.3, microBatchTokens: 16 };
    const [first, second] = [await load(options), await load(options)];
    const losses = await train(first, { steps: 5 });
    expect(await train(second, { steps: 5 })).toEqual(losses);
    expect(await stateOf(second, 'second')).toBe(await stateOf(first, 'first'));
  });

  it('goes on from a saved state as if it had not been interrupted', async () => {
    const options = { dropout: 0.3 };
    const whole = await load(options);
    const losses = await train(whole, { steps: 8 });
    const interrupted = await load(options);
    await train(interrupted, { steps: 5 });
    const path = join(root, 'interrupted.safetensors');
    await interrupted.saveState(path);
    const resumed = await load(options);
    await resumed.loadState(path);
    expect(resumed.updates).toBe(5);
    expect(await train(resumed, { steps: 3, from: 5 })).toEqual(losses.slice(5));
    expect(await stateOf(resumed, 'resumed')).toBe(await stateOf(whole, 'whole'));
  });

  it('drops the same numbers whatever the threads and micro-batches', async () => {
    const results: { embeddings: Float32Array; squares: number }[] = [];
    for (const options of [{ threads: 1 }, { threads: 2, microBatchTokens: 16 }]) {
      const encoder = await load({ dropout: 0.3, ...options });
      const pass = await encoder.forward(await encoder.tokenize(texts), { dropoutSeed: 7 });
      const { data } = pass.embeddings;
      await pass.backward(data.map((_, at) => Math.sin(at)));
      results.push({ embeddings: data, squares: await encoder.sumGradients() });
    }
    const [first, second] = results;
    if (first === undefined || second === undefined) throw new Error('nothing was computed');
    expect(largestDifference(first.embeddings, second.embeddings)).toBeLessThan(1e-5);
    expect(second.squares / first.squares).toBeCloseTo(1, 4);
  });

  it('drops numbers in training only, by the seed', async () => {
    const encoder = await load({ dropout: 0.5 });
    const encodings = await encoder.tokenize(texts);
    const forward = async (dropoutSeed: number): Promise<Float32Array> => {
      const pass = await encoder.forward(encodings, { dropoutSeed });
      pass.discard();
      return pass.embeddings.data;
    };
    const plain = await embeddingsOf(encoder);
    expect(await forward(1)).toEqual(await forward(1));
    expect(largestDifference(await forward(1), await forward(2))).toBeGreaterThan(0.01);
    expect(largestDifference(await forward(1), plain)).toBeGreaterThan(0.01);
    const without = await load({ dropout: 0 });
    const pass = await without.forward(encodings, { dropoutSeed: 1 });
    pass.discard();
    expect(largestDifference(pass.embeddings.data, plain)).toBeLessThan(1e-6);
  });

  it('adds up the gradients of several passes, and forgets them when asked', async () => {
    const encoder = await load({ dropout: 0 });
    const encodings = await encoder.tokenize(texts);
    const backward = async (rows: readonly number[]): Promise<void> => {
      const pass = await encoder.forward(
        rows.flatMap((row) => encodings[row] ?? []),
        { dropoutSeed: 0 },
      );
      await pass.backward(new Float32Array(rows.length * tinyDimension).fill(0.1));
    };
    await backward([0, 1, 2, 3, 4]);
    const together = await encoder.sumGradients();
    await encoder.discardGradients();
    await backward([0, 1]);
    await backward([2, 3, 4]);
    expect((await encoder.sumGradients()) / together).toBeCloseTo(1, 4);
    await encoder.discardGradients();
    expect(await encoder.sumGradients()).toBe(0);
  });

  it('adds up to the same gradients whatever it keeps, with batches of all sizes in turns', async () => {
    const encoder = await load({ dropout: 0.2, threads: 1 });
    const encodings = await encoder.tokenize(texts);
    const sizes = [2, 240, 320, 2, 240, 320];
    const squaresOf = async (trained: TrainableEncoder): Promise<number[]> => {
      const squares: number[] = [];
      for (const size of sizes) {
        const batch = Array.from({ length: size }, (_, row) => encodings[row % texts.length]).filter(
          (encoding) => encoding !== undefined,
        );
        const pass = await trained.forward(batch, { dropoutSeed: size });
        await pass.backward(pass.embeddings.data.map((value) => value / size));
        squares.push(await trained.sumGradients());
        await trained.discardGradients();
      }
      return squares;
    };
    const kept = await squaresOf(encoder);
    const refused: unknown = await load({ memoryBudget: 1000, threads: 1 }).catch((error: unknown) => error);
    const needed = Number(PolyheadError.isInstance(refused) ? refused.details['needed'] : Number.NaN);
    // Nothing is kept with the first; with the second the medium batch is, and has to go for the large one.
    for (const spare of [2 ** 19, 2 ** 20]) {
      const tight = await squaresOf(await load({ dropout: 0.2, threads: 1, memoryBudget: needed + spare }));
      tight.forEach((squares, index) => {
        expect(squares / (kept[index] ?? Number.NaN)).toBeCloseTo(1, 4);
      });
    }
  });

  it.each([
    ['biases', 'biases' as const, (name: string) => name.endsWith('.bias')],
    ['the last layer', { lastLayers: 1 }, (name: string) => name.startsWith('encoder.layer.0')],
  ])('trains only %s when told so', async (_name, trainable, isTrained) => {
    const encoder = await load({ trainable });
    const names = encoder.parameters.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(3);
    expect(names.every(isTrained)).toBe(true);
    const losses = await train(encoder, { steps: 10 });
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
  });

  it('trains low-rank adapters, and merges them when it is saved', async () => {
    const encoder = await load({ lora: { rank: 2, alpha: 4 } });
    expect(encoder.parameters.map(({ name }) => name.split('.').slice(-3).join('.'))).toEqual([
      'query.lora_A.weight',
      'query.lora_B.weight',
      'value.lora_A.weight',
      'value.lora_B.weight',
    ]);
    const losses = await train(encoder, { steps: 20 });
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
    const folder = join(root, 'merged');
    await encoder.saveEncoder(folder);
    const served = await loadEncoder(folder, { cacheDirectory: join(root, 'cache') });
    const { data } = await served.encode(texts);
    await served.release();
    expect(largestDifference(await embeddingsOf(encoder), data)).toBeLessThan(1e-5);
    await encoder.saveAdapters(join(root, 'adapters'));
    expect((await readLowRankAdapters(join(root, 'adapters'))).tensors.size).toBe(4);
  });

  it("trains a folder's own ONNX file, and saves it as one", async () => {
    const folder = join(root, 'with-graph');
    await writeTinyModel(folder);
    await mkdir(join(folder, 'onnx'));
    await writeModel((await buildEncoderModel(folder)).model, join(folder, 'onnx', 'model.onnx'));
    const encoder = await load({ useOnnxFile: true }, folder);
    const losses = await train(encoder, { steps: 10 });
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
    const saved = join(root, 'saved-graph');
    await encoder.saveEncoder(saved);
    const served = await loadEncoder(saved, { cacheDirectory: join(root, 'cache'), useOnnxFile: true });
    const { data } = await served.encode(texts);
    await served.release();
    expect(largestDifference(await embeddingsOf(encoder), data)).toBeLessThan(1e-6);
  });

  it('leaves a word table alone whose name is not that of a parameter', async () => {
    const folder = join(root, 'unnamed-table');
    await writeTinyModel(folder);
    await mkdir(join(folder, 'onnx'));
    const { model } = await buildEncoderModel(folder);
    const table = 'embeddings.word_embeddings.weight';
    const graph = renameValues(model.graph, (name) => (name === table ? 'onnx::Gather_12' : name));
    await writeModel({ ...model, graph }, join(folder, 'onnx', 'model.onnx'));
    const encoder = await load({ useOnnxFile: true }, folder);
    expect(encoder.parameters.some(({ role, shape }) => role === 'embedding' && shape[0] === 30_522)).toBe(false);
    const losses = await train(encoder, { steps: 10 });
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
  });

  it('moves word embeddings that no text uses by their decay, and not at all when it is lazy', async () => {
    const unused = 20_000;
    const rowOf = async (folder: string): Promise<Float32Array> => {
      const table = (await readSafetensors(join(folder, 'model.safetensors'))).tensors.get(
        'embeddings.word_embeddings.weight',
      );
      return (table?.data as Float32Array).slice(unused * tinyDimension, (unused + 1) * tinyDimension);
    };
    const before = await rowOf(tiny);
    const optimizer = { ...defaultOptimizer, weightDecay: 0.1 };
    for (const lazyEmbeddings of [false, true]) {
      const encoder = await load({ lazyEmbeddings, optimizer });
      const losses = await train(encoder, { steps: 10 });
      expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
      const folder = join(root, `lazy-${String(lazyEmbeddings)}`);
      await encoder.saveEncoder(folder);
      const kept = lazyEmbeddings ? 1 : (1 - 0.01 * 0.1) ** 10;
      expect(
        largestDifference(
          await rowOf(folder),
          before.map((value) => value * kept),
        ),
      ).toBeLessThan(1e-6);
    }
  });
});

describe('bad input', () => {
  it('names a gradient of the wrong length', async () => {
    const encoder = await load();
    const pass = await encoder.forward(await encoder.tokenize(texts), { dropoutSeed: 0 });
    await expect(pass.backward(new Float32Array(3))).rejects.toThrow(refusal('SHAPE_MISMATCH'));
    pass.discard();
  });

  it('stops when asked, and can be used afterwards', async () => {
    const encoder = await load();
    const encodings = await encoder.tokenize(texts);
    const signal = AbortSignal.abort();
    await expect(encoder.forward(encodings, { dropoutSeed: 0, signal })).rejects.toThrow(refusal('ABORTED'));
    await expect(encoder.encode(encodings, { signal })).rejects.toThrow(refusal('ABORTED'));
    expect(await train(encoder, { steps: 1 })).toHaveLength(1);
  });

  it('refuses a state of another choice of parameters', async () => {
    const all = await load();
    const path = join(root, 'all.safetensors');
    await all.saveState(path);
    const biases = await load({ trainable: 'biases' });
    await expect(biases.loadState(path)).rejects.toThrow(refusal('CHECKPOINT_MISMATCH'));
    await expect(all.loadState(join(tiny, 'model.safetensors'))).rejects.toThrow(refusal('CHECKPOINT_MISMATCH'));
    await expect(all.loadState(join(root, 'nowhere'))).rejects.toThrow(refusal('FILE_NOT_FOUND'));
  });

  it('says before it starts how much memory one text needs', async () => {
    await expect(load({ memoryBudget: 1000 })).rejects.toThrow(refusal('MEMORY_TOO_SMALL'));
  });

  it.each([
    ['a number of layers that is not there', { trainable: { lastLayers: 7 } }],
    ['a layer decay above 1', { layerDecay: 1.5 }],
    ['no threads', { threads: 0 }],
    ['a dropout of 1', { dropout: 1 }],
    ['adapters beside trained weights', { lora: { rank: 2, alpha: 2 }, trainable: 'all' as const }],
  ])('refuses %s', async (_name, options) => {
    await expect(load(options)).rejects.toThrow(refusal('INVALID_ARGUMENT'));
  });

  it('has no adapters to save without adapters', async () => {
    const encoder = await load();
    await expect(encoder.saveAdapters(join(root, 'none'))).rejects.toThrow(refusal('INVALID_ARGUMENT'));
  });

  it('refuses work after it was released', async () => {
    const encoder = await load();
    const encodings = await encoder.tokenize(texts);
    await encoder.release();
    await encoder.release();
    await expect(encoder.encode(encodings)).rejects.toThrow(refusal('SESSION_RELEASED'));
  });

  it('refuses to add to gradients that were summed', async () => {
    const encoder = await load();
    const encodings = await encoder.tokenize(texts);
    const pass = await encoder.forward(encodings, { dropoutSeed: 0 });
    await encoder.sumGradients();
    await expect(encoder.sumGradients()).rejects.toThrow(refusal('INVALID_ARGUMENT'));
    await expect(pass.backward(pass.embeddings.data)).rejects.toThrow(refusal('INVALID_ARGUMENT'));
    await encoder.discardGradients();
    await pass.backward(pass.embeddings.data);
    expect(await encoder.sumGradients()).toBeGreaterThan(0);
  });

  it('refuses a graph with weights in half precision, of which nothing would learn', async () => {
    const folder = join(root, 'half');
    await writeTinyModel(folder);
    await mkdir(join(folder, 'onnx'));
    const { model } = await buildEncoderModel(folder);
    const initializers = model.graph.initializers.map(({ name, tensor }) => {
      const data = new Uint16Array(tensor.data.length);
      return {
        name,
        tensor: tensor.dataType === 'float32' ? { ...tensor, dataType: 'float16' as const, data } : tensor,
      };
    });
    await writeModel({ ...model, graph: { ...model.graph, initializers } }, join(folder, 'onnx', 'model.onnx'));
    const error: unknown = await load({ useOnnxFile: true }, folder).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ONNX_UNSUPPORTED', details: { dataType: 'float16' } });
  });

  it('says that an exported graph has no dropout', async () => {
    const warnings: string[] = [];
    const logger = { info: () => undefined, warn: (message: string) => warnings.push(message) };
    await load({ useOnnxFile: true, dropout: 0.2, logger }, join(root, 'with-graph'));
    expect(warnings).toEqual([expect.stringContaining('without dropout')]);
  });

  it('names all operators of a foreign graph that cannot be trained', async () => {
    const folder = join(root, 'strange');
    await writeTinyModel(folder);
    await mkdir(join(folder, 'onnx'));
    const { model } = await buildEncoderModel(folder);
    const [output] = model.graph.outputs;
    const nodes = model.graph.nodes.map((node) =>
      node.outputs[0] === output?.name ? { ...node, outputs: ['before'] } : node,
    );
    const strange = { name: 'strange', opType: 'Hardmax', domain: '', attributes: {} };
    const graph = {
      ...model.graph,
      nodes: [...nodes, { ...strange, inputs: ['before'], outputs: [output?.name ?? ''] }],
    };
    await writeModel({ ...model, graph }, join(folder, 'onnx', 'model.onnx'));
    const error: unknown = await load({ useOnnxFile: true }, folder).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'GRADIENT_UNSUPPORTED' });
    expect(PolyheadError.isInstance(error) ? error.message : '').toContain('Hardmax');
  });
});
