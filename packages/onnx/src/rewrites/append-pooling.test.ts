import { readFile } from 'node:fs/promises';

import { modelDirectory } from '@polyhead/model-minilm';
import type { PoolingMode, Tensor } from '@polyhead/types';
import { beforeAll, describe, expect, it } from 'vitest';

import { buildEncoderModel } from '../architectures/build-encoder-model.ts';
import { createGraphBuilder } from '../builder/graph-builder.ts';
import type { OnnxModel } from '../model/onnx-model.ts';
import { decodeModel } from '../protobuf/decode-model.ts';
import { readSafetensors } from '../safetensors/read.ts';
import { toFloat32 } from '../tensor/to-float32.ts';
import { goldenPath, present, readArchitectureGolden, type ArchitectureGolden } from '../testing/golden.ts';
import { runModel } from '../testing/run-model.ts';
import { appendPooling } from './append-pooling.ts';

/** The definition of each pooling, for the tokens of one text. */
const definitions: Readonly<Record<PoolingMode, (tokens: readonly Float32Array[], column: number) => number>> = {
  cls: (tokens, column) => tokens[0]?.[column] ?? NaN,
  last: (tokens, column) => tokens.at(-1)?.[column] ?? NaN,
  max: (tokens, column) => Math.max(...tokens.map((token) => token[column] ?? NaN)),
  mean: (tokens, column) => sum(tokens, column) / tokens.length,
  'mean-sqrt-length': (tokens, column) => sum(tokens, column) / Math.sqrt(tokens.length),
};

function sum(tokens: readonly Float32Array[], column: number): number {
  return tokens.reduce((total, token) => total + (token[column] ?? NaN), 0);
}

function expectedPooling(golden: ArchitectureGolden, pooling: PoolingMode, normalize: boolean): number[] {
  const states = toFloat32(golden.lastHiddenState);
  return [40, 25, 7].flatMap((length, row) => {
    const tokens = Array.from({ length }, (_, token) =>
      states.subarray((row * 40 + token) * 32, (row * 40 + token + 1) * 32),
    );
    const pooled = Array.from({ length: 32 }, (_, column) => definitions[pooling](tokens, column));
    return normalize ? pooled.map((value) => value / Math.hypot(...pooled)) : pooled;
  });
}

const modes = Object.keys(definitions) as PoolingMode[];

describe('appendPooling on a graph of our own', () => {
  it.each(modes.flatMap((mode) => [[mode, false] as const, [mode, true] as const]))(
    '%s, normalised: %s',
    async (pooling, normalize) => {
      const golden = await readArchitectureGolden('bert');
      const { model } = await buildEncoderModel(golden.directory);
      const pooled = appendPooling(model, { pooling, normalize });
      expect(pooled.graph.outputs).toEqual([{ name: 'sentence_embedding', dataType: 'float32', shape: ['batch', 32] }]);
      const { sentence_embedding: embedding } = await runModel(pooled, golden.inputs);
      const values = [...toFloat32(present(embedding))];
      expectedPooling(golden, pooling, normalize).forEach((value, index) => {
        expect(Math.abs((values[index] ?? NaN) - value)).toBeLessThan(5e-5);
      });
    },
  );
});

describe('appendPooling on foreign graphs', () => {
  it.each(['onnx-torchscript-opset14', 'onnx-dynamo-opset18', 'onnx-optimum'])('%s', async (file) => {
    const golden = await readArchitectureGolden('xlm-roberta');
    const foreign = decodeModel(new Uint8Array(await readFile(goldenPath(`xlm-roberta/${file}.onnx`))));
    for (const pooling of modes) {
      const pooled = appendPooling(foreign, { pooling, normalize: false });
      expect(pooled.graph.initializers.map(({ name }) => name).filter((name) => name.includes('pooler'))).toEqual([]);
      const { sentence_embedding: embedding } = await runModel(pooled, golden.inputs);
      const values = [...toFloat32(present(embedding))];
      expectedPooling(golden, pooling, false).forEach((value, index) => {
        expect(Math.abs((values[index] ?? NaN) - value)).toBeLessThan(5e-5);
      });
    }
  });

  it('refuses graphs that are no encoders, and old operator sets', () => {
    const make = (inputs: readonly string[], opset: number): OnnxModel => {
      const builder = createGraphBuilder({ name: 'other', opset });
      const [input = ''] = inputs.map((name) => builder.input(name, { dataType: 'float32', shape: ['batch', 4] }));
      builder.output('scores', input, { dataType: 'float32', shape: ['batch', 4] });
      return builder.build();
    };
    const options = { pooling: 'mean', normalize: true } as const;
    expect(() => appendPooling(make(['pixels'], 17), options)).toThrow(
      expect.objectContaining({ code: 'GRAPH_INVALID' }),
    );
    expect(() => appendPooling(make(['attention_mask'], 17), options)).toThrow(/no output of shape/);
    expect(() => appendPooling(make(['attention_mask'], 12), options)).toThrow(
      expect.objectContaining({ code: 'ONNX_UNSUPPORTED' }),
    );
  });
});

interface Text {
  readonly input_ids: readonly number[];
}

describe('the bundled encoder', () => {
  let model: OnnxModel;
  let texts: readonly Text[];
  let expected: ReadonlyMap<string, Tensor>;
  beforeAll(async () => {
    model = (await buildEncoderModel(modelDirectory)).model;
    const json = JSON.parse(await readFile(goldenPath('embeddings/embeddings.json'), 'utf8')) as {
      texts: typeof texts;
    };
    texts = json.texts;
    expected = (await readSafetensors(goldenPath('embeddings/embeddings.safetensors'))).tensors;
  });

  /** Encodes texts as one padded batch. */
  async function encode(texts: readonly Text[], pooling: PoolingMode, normalize: boolean): Promise<Float32Array> {
    const length = Math.max(...texts.map(({ input_ids: ids }) => ids.length));
    const shape = [texts.length, length];
    const fill = (value: (ids: readonly number[], index: number) => number): Tensor => ({
      dataType: 'int32',
      shape,
      data: Int32Array.from({ length: texts.length * length }, (_, at) =>
        value(present(texts[Math.floor(at / length)]).input_ids, at % length),
      ),
    });
    const outputs = await runModel(appendPooling(model, { pooling, normalize }), {
      input_ids: fill((ids, index) => ids[index] ?? 0),
      attention_mask: fill((ids, index) => (index < ids.length ? 1 : 0)),
      token_type_ids: fill(() => 0),
    });
    return toFloat32(present(outputs['sentence_embedding']));
  }

  it('reproduces the embeddings of the same weights in float16', async () => {
    const values = await encode(texts, 'mean', true);
    const reference = toFloat32(present(expected.get('mean_normalized_fp16_weights')));
    expect(values.length).toBe(reference.length);
    expect(Math.max(...values.map((value, index) => Math.abs(value - (reference[index] ?? NaN))))).toBeLessThan(5e-6);
  });

  it.each([
    ['mean', 'mean'],
    ['cls', 'cls'],
    ['max', 'max'],
    ['mean-sqrt-length', 'mean_sqrt_len'],
  ] as const)('is close to the original weights with %s pooling', async (pooling, name) => {
    const short = texts.filter(({ input_ids: ids }) => ids.length < 50);
    const values = await encode(short, pooling, false);
    const reference = toFloat32(present(expected.get(name)));
    for (const [row, text] of short.entries()) {
      const left = values.subarray(row * 384, (row + 1) * 384);
      const place = texts.indexOf(text);
      const right = reference.subarray(place * 384, (place + 1) * 384);
      const product = left.reduce((total, value, index) => total + value * (right[index] ?? NaN), 0);
      const cosine = product / (Math.hypot(...left) * Math.hypot(...right));
      expect(cosine).toBeGreaterThan(0.99999);
    }
  });
});
