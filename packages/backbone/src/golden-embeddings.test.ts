import { fileURLToPath } from 'node:url';
import { readJson } from '@polyhead/files';
import { readSafetensors, toFloat32, type SafetensorsFile } from '@polyhead/onnx';
import type { PoolingMode } from '@polyhead/types';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadEncoder } from './index.ts';

const dimension = 384;
const goldenPath = (name: string): string => fileURLToPath(new URL(`./golden/${name}`, import.meta.url));

let texts: string[];
let tokens: number[];
let golden: SafetensorsFile;
let states: SafetensorsFile;

beforeAll(async () => {
  const file = (await readJson(goldenPath('embeddings.json'))) as unknown as {
    texts: { text: string; tokens: number }[];
  };
  texts = file.texts.map((entry) => entry.text);
  tokens = file.texts.map((entry) => entry.tokens);
  golden = await readSafetensors(goldenPath('embeddings.safetensors'));
  states = await readSafetensors(goldenPath('last_hidden_state.safetensors'));
});

function read(file: SafetensorsFile, name: string): Float32Array {
  const tensor = file.tensors.get(name);
  if (tensor === undefined) throw new Error(`The golden file has no ${name}.`);
  return toFloat32(tensor);
}

function maximumDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? Number.NaN))), 0);
}

function minimumCosine(a: Float32Array, b: Float32Array): number {
  let least = 1;
  for (let start = 0; start < a.length; start += dimension) {
    const [x, y] = [a.subarray(start, start + dimension), b.subarray(start, start + dimension)];
    const dot = x.reduce((sum, value, index) => sum + value * (y[index] ?? 0), 0);
    least = Math.min(least, dot / Math.hypot(...x) / Math.hypot(...y));
  }
  return least;
}

describe('the bundled encoder against sentence-transformers', () => {
  it('gives the same normalised embeddings with the same float16 weights', async () => {
    const encoder = await loadEncoder('all-MiniLM-L6-v2');
    const { data, tokenCounts, truncated } = await encoder.encode(texts);
    // Measured: 2.8e-7. Tolerance of the golden files: 5e-6.
    expect(maximumDifference(data, read(golden, 'mean_normalized_fp16_weights'))).toBeLessThan(5e-6);
    texts.forEach((_text, row) => {
      expect(Math.min(tokenCounts[row] ?? 0, 256)).toBe(tokens[row]);
      expect(truncated[row]).toBe((tokenCounts[row] ?? 0) > 256 ? 1 : 0);
    });
    await encoder.release();
  });

  // Golden values from float32 weights: rounding weights to float16 moves the cosine by up to 1e-6.
  it.each<[PoolingMode, string]>([
    ['mean', 'mean'],
    ['cls', 'cls'],
    ['max', 'max'],
    ['mean-sqrt-length', 'mean_sqrt_len'],
  ])('pools by %s', async (pooling, name) => {
    const encoder = await loadEncoder('minilm', { pooling, normalize: false });
    const { data } = await encoder.encode(texts);
    const expected = read(golden, name);
    expect(minimumCosine(data, expected)).toBeGreaterThan(0.99999);
    // The cosine does not see a wrong scale.
    const ratios = [0, 50, 95].map((row) => {
      const [start, end] = [row * dimension, (row + 1) * dimension];
      return Math.hypot(...data.subarray(start, end)) / Math.hypot(...expected.subarray(start, end));
    });
    for (const ratio of ratios) expect(ratio).toBeCloseTo(1, 3);
    await encoder.release();
  });

  it('pools by the last token', async () => {
    const encoder = await loadEncoder('minilm', { pooling: 'last', normalize: false });
    const { data } = await encoder.encode(texts.slice(0, 4));
    for (let text = 0; text < 4; text++) {
      const lastState = read(states, `text_${text}`).slice(-dimension);
      expect(minimumCosine(data.slice(text * dimension, (text + 1) * dimension), lastState)).toBeGreaterThan(0.99999);
    }
    await encoder.release();
  });

  it('gives the same for a text alone, in small batches and in large ones', async () => {
    const some = texts.filter((_text, index) => index % 3 === 0);
    const few = await loadEncoder('minilm', { tokenBudget: 1 });
    const alone = await few.encode(some);
    await few.release();
    for (const tokenBudget of [300, 20_000]) {
      const encoder = await loadEncoder('minilm', { tokenBudget });
      expect(maximumDifference((await encoder.encode(some)).data, alone.data)).toBeLessThan(1e-6);
      await encoder.release();
    }
  });

  it('gives the very same numbers with any number of threads', async () => {
    const [one, several] = [await loadEncoder('minilm', { threads: 1 }), await loadEncoder('minilm', { threads: 3 })];
    // Enough work for the team to call in its crowd.
    const many = Array.from({ length: 3 }, (_, copy) => texts.map((text) => `${text} ${copy}`)).flat();
    expect((await several.encode(many)).data).toEqual((await one.encode(many)).data);
    expect(several.description).toEqual(one.description);
    await Promise.all([one.release(), several.release()]);
  });
});
