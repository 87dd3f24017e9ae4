import { readFile, rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createParameterKernels } from '@polyhead/numerics';
import { readSafetensors, toFloat32, type SafetensorsFile } from '@polyhead/onnx';
import { PolyheadError, type Encoding, type OptimizerSettings } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { defaultOptimizer } from './trainable-options.ts';
import { loadGoldenTrainable, toEncoding } from '../testing/golden-trainable.ts';

const golden = (file: string): string => fileURLToPath(new URL(`../golden/training/${file}`, import.meta.url));

interface GoldenStep {
  readonly loss: number;
  readonly gradient_norm_before_clipping: number;
  readonly lr_used: number;
}

interface GoldenTraining {
  readonly adamw: { readonly steps: readonly GoldenStep[] };
  readonly sgd: { readonly steps: readonly GoldenStep[] };
}

const rows = 8;
const width = 16;
const classes = 3;
const dimension = 32;

function readInts(file: SafetensorsFile, name: string): Int32Array {
  return Int32Array.from((file.tensors.get(name)?.data ?? []) as Int32Array, Number);
}

/** The texts of a batch without padding. */
function batchTexts(ids: Int32Array, mask: Int32Array, batch: number): Encoding[] {
  return Array.from({ length: rows }, (_, row) => {
    const start = (batch * rows + row) * width;
    const length = mask.subarray(start, start + width).reduce((sum, value) => sum + value, 0);
    return toEncoding(ids.slice(start, start + length));
  });
}

/** Mean cross-entropy of a linear head, with the gradients of embeddings, weights and bias. */
function crossEntropy(
  embeddings: Float32Array,
  labels: Int32Array,
  head: { weight: Float32Array; bias: Float32Array },
) {
  const gradient = new Float32Array(rows * dimension);
  const weight = new Float32Array(classes * dimension);
  const bias = new Float32Array(classes);
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const embedding = embeddings.subarray(row * dimension, (row + 1) * dimension);
    const logits = Array.from(head.bias, (value, label) =>
      embedding.reduce((sum, x, column) => sum + x * (head.weight[label * dimension + column] ?? 0), value),
    );
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    logits.forEach((logit, label) => {
      const delta = (Math.exp(logit) / total - (label === labels[row] ? 1 : 0)) / rows;
      bias[label] = (bias[label] ?? 0) + delta;
      embedding.forEach((x, column) => {
        const at = label * dimension + column;
        weight[at] = (weight[at] ?? 0) + delta * x;
        gradient[row * dimension + column] = (gradient[row * dimension + column] ?? 0) + delta * (head.weight[at] ?? 0);
      });
    });
    loss -= Math.log(Math.exp(logits[labels[row] ?? 0] ?? 0) / total) / rows;
  }
  return { loss, gradient, weight, bias };
}

const sum = (values: Float32Array): number => values.reduce((total, value) => total + value * value, 0);

const settings: Record<'adamw' | 'sgd', { optimizer: OptimizerSettings; clip: number; decaysAll: boolean }> = {
  adamw: { optimizer: { ...defaultOptimizer }, clip: 1, decaysAll: false },
  sgd: { optimizer: { kind: 'sgd', momentum: 0.9, weightDecay: 1e-4 }, clip: Infinity, decaysAll: true },
};

/** Texts that have all words of the tiny vocabulary together. */
function vocabularyTexts(): Encoding[] {
  return Array.from({ length: 4 }, (_, row) =>
    toEncoding(Int32Array.from({ length: 50 }, (_unused, at) => row * 50 + at)),
  );
}

/** The least that training can do with: everything else has to be computed again. */
async function smallestBudget(options: { threads: number }): Promise<number> {
  const error = await loadGoldenTrainable({ ...options, memoryBudget: 1 }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!PolyheadError.isInstance(error) || error.code !== 'MEMORY_TOO_SMALL') throw error;
  return Number(error.details['needed']);
}

describe.each(['adamw', 'sgd'] as const)('thirty steps of %s', (kind) => {
  it.each([
    ['one worker, kept activations', { threads: 1 }],
    ['two workers, small micro-batches', { threads: 2, microBatchTokens: 24 }],
    [
      'two workers, recomputed activations',
      { threads: 2, microBatchTokens: 16, maximumLength: 16, memoryBudget: 'smallest' as const },
    ],
  ])('follow those of PyTorch: %s', async (_name, options) => {
    const { optimizer, clip, decaysAll } = settings[kind];
    const training = JSON.parse(await readFile(golden('training.json'), 'utf8')) as GoldenTraining;
    const data = await readSafetensors(golden('data.safetensors'));
    const ids = readInts(data, 'input_ids');
    const mask = readInts(data, 'attention_mask');
    const labels = readInts(data, 'labels');
    const floats = (name: string): Float32Array => {
      const tensor = data.tensors.get(name);
      return tensor === undefined ? new Float32Array(0) : Float32Array.from(toFloat32(tensor));
    };
    const head = { weight: floats('head.weight'), bias: floats('head.bias') };
    const velocities = { weight: new Float32Array(96), bias: new Float32Array(3) };
    const second = { weight: new Float32Array(96), bias: new Float32Array(3) };
    const kernels = createParameterKernels();
    const encoder = await loadGoldenTrainable({
      ...options,
      memoryBudget: 'memoryBudget' in options ? await smallestBudget(options) : 2 ** 30,
      optimizer,
      ...(decaysAll ? { adjust: (parameter) => ({ ...parameter, role: 'weight' }) } : {}),
    });
    for (const [step, expected] of training[kind].steps.entries()) {
      const batch = step % 10;
      const pass = await encoder.forward(batchTexts(ids, mask, batch), { dropoutSeed: 0 });
      const found = crossEntropy(pass.embeddings.data, labels.subarray(batch * rows, (batch + 1) * rows), head);
      expect(found.loss).toBeCloseTo(expected.loss, 5);
      await pass.backward(found.gradient);
      const norm = Math.sqrt((await encoder.sumGradients()) + sum(found.weight) + sum(found.bias));
      expect(Math.abs(norm / expected.gradient_norm_before_clipping - 1)).toBeLessThan(1e-4);
      const gradientScale = Math.min(1, clip / (norm + 1e-6));
      await encoder.update({ learningRate: expected.lr_used, gradientScale });
      for (const name of ['weight', 'bias'] as const) {
        const state = { parameters: head[name], gradients: found[name] };
        const common = { learningRate: expected.lr_used, gradientScale };
        const weightDecay = name === 'bias' && !decaysAll ? 0 : optimizer.weightDecay;
        if (optimizer.kind === 'adamw') {
          kernels.adamW(
            { ...state, firstMoments: velocities[name], secondMoments: second[name] },
            { ...common, ...optimizer, weightDecay, updates: step + 1 },
          );
        } else {
          kernels.sgd(
            { ...state, velocities: velocities[name] },
            { ...common, ...optimizer, weightDecay, isFirst: step === 0 },
          );
        }
      }
    }
    // A state holds word embeddings as they were last used; to encode them brings them up to date.
    await encoder.encode(vocabularyTexts());
    const folder = await mkdtemp(join(tmpdir(), 'polyhead-golden-training-'));
    await encoder.saveState(join(folder, 'state.safetensors'));
    await encoder.release();
    const state = await readSafetensors(join(folder, 'state.safetensors'));
    const final = await readSafetensors(golden(`${kind}-final.safetensors`));
    await rm(folder, { recursive: true });
    let compared = 0;
    for (const [name, tensor] of final.tensors) {
      // AdamW turns the rounding noise of key biases, whose gradient is 0, into real steps: PyTorch itself differs there.
      if (!name.startsWith('encoder.') || (kind === 'adamw' && name.endsWith('key.bias'))) continue;
      const trained = state.tensors.get(`parameter/${name.slice('encoder.'.length)}`);
      const values = trained === undefined ? new Float32Array(0) : toFloat32(trained);
      const wanted = toFloat32(tensor);
      expect(values.length).toBe(wanted.length);
      const difference = wanted.reduce((worst, value, at) => Math.max(worst, Math.abs(value - (values[at] ?? 0))), 0);
      expect(difference, name).toBeLessThan(1e-5);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(30);
  });
});
